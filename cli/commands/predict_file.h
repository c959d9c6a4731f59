// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/feed.h"
#include "cli/options.h"

namespace regulus::cli {

/// `regulus predict MODEL DATA`.
struct PredictFile {
  std::string model;
  FeedOptions feed;
  std::string output;  ///< .csv, .json or .npz; empty: standard output
  std::string format = "text";
  bool format_given = false;
  bool force = false;
  MonteCarlo mc;
};

/// Throws ConfigError for options that contradict each other.
void require_sense(const PredictFile& arguments, const Common& common);
/// Predicts every row, piece by piece, so that the file may be larger than memory.
void predict_file(const PredictFile& arguments, const Common& common);

}  // namespace regulus::cli
