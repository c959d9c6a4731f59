// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include "cli/cli11.h"

#include "cli/command.h"
#include "cli/output.h"
#include "regulus/base/value.h"
#include "regulus/data/fashion_mnist.h"

namespace regulus::cli {

/// Which data a command works on.
struct DataOptions {
  std::string data_set = {};  ///< "fashion_mnist" or "garments"; empty: not said
  std::string directory;
};

/// --data, and --data-set where the command works on more than Fashion-MNIST. `fallback`: what the
/// help says of a data set that is not named.
void add_data(CLI::App& command, DataOptions& options);
void add_data_set(CLI::App& command, DataOptions& options, const char* fallback);

/// Whether the drawn garments may stand for Fashion-MNIST where that is nowhere to be found.
enum class Replacement { kNever, kGarments };
/// Reads or draws the data set (Fashion-MNIST if none is named), with the progress of a download on a
/// terminal's standard error. Throws IoError, DataError; one that was named is never replaced.
datasets::TrainTest load(const DataOptions& options, const Common& common, Replacement replacement,
                         Notes& notes);
/// True for the names of data sets that regulus has.
bool has_data_set(const std::string& name);

/// The data as a training uses it.
struct SplitData {
  Dataset train;
  Dataset valid;
  Dataset test;
};
/// The first `validation` training rows are held back; of the rest the first `rows` are kept (0: all; more
/// than there are: all, with a note). Throws ConfigError when nothing is left.
SplitData split(const datasets::TrainTest& data, std::int64_t validation, std::int64_t rows,
                const std::string& command, Notes& notes);

/// "Fashion-MNIST from ~/data (55,000 train, 5,000 valid, 10,000 test)", and for the embedded set
/// a line more that says whose figures these are.
std::string describe(const SplitData& data);
/// The same for one part alone: "Fashion-MNIST from ~/data (10,000 test)".
std::string describe_test(const Dataset& test);

/// {"name", "source"} of the JSON documents.
Value data_json(const Dataset& data);

}  // namespace regulus::cli
