// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/data.h"
#include "cli/output.h"
#include "cli/saved_model.h"
#include "cli/scaling.h"
#include "cli/table_options.h"

namespace regulus::cli {

/// Which rows a command feeds to a model, and how. Shared by `predict` and `evaluate`.
struct FeedOptions {
  std::string file;      ///< rows of the user's own; empty: the test rows of a data set
  RowOptions rows;       ///< how the file is read
  DataOptions data_set;  ///< empty: the one that the model names
  ScalingOptions scaling;
};

/// Adds DATA and the options of both kinds of rows.
void add_feed(CLI::App& command, FeedOptions& options);
/// Throws ConfigError for options of the other kind of rows: they would do nothing.
void require_fitting(const CLI::App& command, const FeedOptions& options);

/// Rows on their way into a model, piece by piece: opened, of the model's shape, scaled, with their labels.
class Feed {
 public:
  virtual ~Feed() = default;
  /// The next rows, at most `count`; none behind the last.
  virtual Dataset next(std::int64_t count) = 0;
  virtual std::optional<std::int64_t> num_rows() const = 0;
  /// Of every row, all its lengths known.
  virtual const Shape& row_shape() const = 0;
  /// Rows come with labels or targets.
  virtual bool has_labels() const = 0;
  /// The user named the labels: what is wrong with them is an error, not a note.
  virtual bool labels_asked_for() const = 0;
  /// "rows.csv, labels from column y" and a line end.
  virtual std::string headline() const = 0;
  /// For documents: {"name", "source"} of a data set, {"file", "labels"} of a file.
  virtual Value data_json() const = 0;
};

/// Opens the rows. `model` gains the class names that the rows bring where it has none. Throws IoError,
/// DataError, ShapeError, ConfigError.
std::unique_ptr<Feed> open_feed(const FeedOptions& options, OpenedModel& model, const Common& common,
                                Notes& notes, const std::string& command);

}  // namespace regulus::cli
