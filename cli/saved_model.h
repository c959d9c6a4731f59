// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/data.h"
#include "regulus/data/normalization.h"
#include "regulus/train/sequential.h"

namespace regulus::cli {

/// A model with what is needed to use it: the scaling its inputs want and the data it knows.
struct SavedModel {
  Sequential model;
  Normalization scaling;
  std::string data_set;
};

/// Throws WriteError if no file can be made at `path`: said before a training, not after it.
void require_writable(const std::string& path);
/// The same, and for a file that exists unless `force` says to replace it.
void require_new(const std::string& path, bool force);
/// Runs `write`; an IoError there is a WriteError.
void written(const std::function<void()>& write);
/// Throws WriteError; the old file stays then.
void save(const Sequential& model, const Normalization& scaling, const DatasetInfo& data,
          const std::string& path);
/// Throws IoError or DataError.
SavedModel load_saved(const std::string& path);

/// The positional MODEL.
void add_model(CLI::App& command, std::string& path);
/// The test rows of the data set that is asked for, or else of the one that the model was trained on.
Dataset load_test(const SavedModel& saved, DataOptions options, const Common& common);

}  // namespace regulus::cli
