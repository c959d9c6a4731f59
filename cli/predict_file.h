// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/table_options.h"

namespace regulus::cli {

/// `regulus predict MODEL DATA`.
struct PredictFile {
  std::string model;
  std::string data;           ///< IDX, NPY, NPZ or a table, plain or packed by gzip
  RowOptions rows;            ///< how they are read, and their labels
  std::string normalization;  ///< a file that Normalization::save has written; empty: the model's
  std::string output;         ///< .csv, .json or .npz; empty: standard output
  std::string format = "text";
  bool force = false;
  MonteCarlo mc;
};

/// Predicts every row, piece by piece, so that the file may be larger than memory.
void predict_file(const PredictFile& arguments, const Common& common);

}  // namespace regulus::cli
