// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "cli/piece.h"
#include "regulus/base/value.h"

namespace regulus::cli {

/// Where predictions go, piece by piece.
class PieceWriter {
 public:
  virtual ~PieceWriter() = default;
  virtual void add(const Piece& piece) = 0;
  /// After the last piece. `summary`: what a document may say of the whole.
  virtual void finish(const Value& summary) = 0;
  /// No further piece comes. Ends a document that has begun with {…, "error": error}; false if there is none.
  virtual bool fail(const Value&) { return false; }
};

/// Text, written as it comes.
using TextSink = std::function<void(const std::string& text)>;

/// What the columns are called.
struct PieceNames {
  bool classifier = true;
  std::vector<std::string> class_names;  ///< empty: numbers
  std::string class_name(std::int32_t label) const;
};

/// A table of the first rows for people, written in the end.
std::unique_ptr<PieceWriter> table_writer(std::ostream& out, const PieceNames& names);
/// Columns row, class, class_name, probability and, where there are, std, entropy, mutual_information and
/// label; of a model that is no classifier row, output_0, … and std_0, …; targets as label or label_0, ….
std::unique_ptr<PieceWriter> csv_writer(TextSink sink, const PieceNames& names);
/// {"rows": [{…}, …], …summary}.
std::unique_ptr<PieceWriter> json_writer(TextSink sink, const PieceNames& names);
/// Arrays prediction and, where there are, mean, std, entropy, mutual_information, labels or targets, given
/// to `done` as one file's bytes: they are in memory until then.
std::unique_ptr<PieceWriter> npz_writer(std::function<void(const std::vector<std::uint8_t>& bytes)> done);

}  // namespace regulus::cli
