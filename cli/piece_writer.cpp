// SPDX-License-Identifier: Apache-2.0
#include "cli/piece_writer.h"

#include <algorithm>

#include "cli/output.h"
#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/io/csv.h"
#include "regulus/io/npz.h"

namespace regulus::cli {
namespace {

std::size_t index(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

double value(const Tensor& x, std::int64_t row, std::int64_t column) {
  return static_cast<double>(x.data()[row * x.shape()[1] + column]);
}

// One cell of a CSV file: the shortest decimals that read back as the same float32, or text.
template <class T>
std::string cell_of(const T& v) {
  std::string row = io::csv_row(std::span<const T>(&v, 1));
  row.pop_back();
  return row;
}

Value list_of(const Tensor& x, std::int64_t row) {
  Value::List values;
  for (std::int64_t k = 0; k < x.shape()[1]; ++k) values.emplace_back(value(x, row, k));
  return values;
}

// "3", "0.25": a target as a cell.
std::string target_text(const Piece& piece, std::int64_t row, std::int64_t k) {
  return cell_of(static_cast<float>(value(piece.targets, row, k)));
}

std::int64_t target_units(const Piece& piece) {
  return piece.targets.size() == 0 ? 0 : piece.targets.shape()[1];
}

// For text that may be shown on a terminal: the names come from a model's file.
PieceNames shown(PieceNames names) {
  for (std::string& name : names.class_names) name = escaped(name);
  return names;
}

class TableWriter final : public PieceWriter {
 public:
  TableWriter(std::ostream& out, const PieceNames& names) : out_(out), names_(shown(names)) {}

  void add(const Piece& piece) override {
    if (titles_.empty()) header(piece);
    const std::vector<std::int32_t> classes = argmax(piece.best());
    for (std::int64_t r = 0; r < piece.rows() && lines_.size() < kShown; ++r) {
      Cells cells = {std::to_string(piece.first + r)};
      if (names_.classifier)
        class_row(cells, piece, r, classes[index(r)]);
      else
        output_row(cells, piece, r);
      lines_.push_back(std::move(cells));
    }
  }
  void finish(const Value&) override {
    if (!titles_.empty()) out_ << table(titles_, lines_, align_);
  }

 private:
  static constexpr std::size_t kShown = 10;
  static constexpr std::int64_t kOutputs = 6;

  void add_column(const char* title, char align) {
    titles_.emplace_back(title);
    align_ += align;
  }
  void header(const Piece& piece) {
    add_column("   row", 'r');
    if (names_.classifier) {
      add_column("class      ", 'l');
      add_column("probability", 'r');
      for (const char* title : {"   std", "entropy", "mutual inf."})
        if (piece.has_samples()) add_column(title, 'r');
    } else {
      add_column(piece.has_samples() ? "output (std)" : "output", 'l');
    }
    if (!piece.labels.empty() || target_units(piece) > 0) add_column("label", 'l');
  }
  void class_row(Cells& cells, const Piece& piece, std::int64_t r, std::int32_t label) const {
    cells.push_back(escaped(names_.class_name(label)));
    cells.push_back(fixed(value(piece.best(), r, label), 4));
    if (piece.has_samples()) {
      cells.push_back(fixed(value(piece.std, r, label), 4));
      cells.push_back(fixed(static_cast<double>(piece.entropy[index(r)]), 4));
      cells.push_back(fixed(static_cast<double>(piece.mutual_information[index(r)]), 4));
    }
    add_label(cells, piece, r);
  }
  void output_row(Cells& cells, const Piece& piece, std::int64_t r) const {
    std::string text;
    for (std::int64_t k = 0; k < std::min(piece.outputs(), kOutputs); ++k) {
      text += (k > 0 ? "  " : "") + fixed(value(piece.best(), r, k), 4);
      if (piece.has_samples()) text += " (" + fixed(value(piece.std, r, k), 4) + ')';
    }
    if (piece.outputs() > kOutputs) text += "  …";
    cells.push_back(std::move(text));
    add_label(cells, piece, r);
  }
  void add_label(Cells& cells, const Piece& piece, std::int64_t r) const {
    if (!piece.labels.empty()) cells.push_back(escaped(names_.class_name(piece.labels[index(r)])));
    const std::int64_t units = target_units(piece);
    std::string text;
    for (std::int64_t k = 0; k < std::min(units, kOutputs); ++k)
      text += (k > 0 ? "  " : "") + target_text(piece, r, k);
    if (units > kOutputs) text += "  …";
    if (units > 0) cells.push_back(std::move(text));
  }

  std::ostream& out_;
  PieceNames names_;
  Cells titles_;
  std::string align_;
  std::vector<Cells> lines_;
};

class CsvWriter final : public PieceWriter {
 public:
  CsvWriter(TextSink sink, const PieceNames& names) : sink_(std::move(sink)), names_(shown(names)) {}

  void add(const Piece& piece) override {
    if (piece.first == 0) sink_(header(piece));
    const std::vector<std::int32_t> classes = argmax(piece.best());
    std::string text;
    for (std::int64_t r = 0; r < piece.rows(); ++r) {
      text += std::to_string(piece.first + r);
      names_.classifier ? add_class(text, piece, r, classes[index(r)]) : add_outputs(text, piece, r);
      if (!piece.labels.empty()) text += ',' + std::to_string(piece.labels[index(r)]);
      for (std::int64_t k = 0; k < target_units(piece); ++k) text += ',' + target_text(piece, r, k);
      text += '\n';
    }
    sink_(text);
  }
  void finish(const Value&) override {}

 private:
  std::string header(const Piece& piece) const {
    std::string text = "row";
    if (names_.classifier) {
      text += ",class,class_name,probability";
      if (piece.has_samples()) text += ",std,entropy,mutual_information";
    } else {
      for (std::int64_t k = 0; k < piece.outputs(); ++k) text += ",output_" + std::to_string(k);
      for (std::int64_t k = 0; piece.has_samples() && k < piece.outputs(); ++k)
        text += ",std_" + std::to_string(k);
    }
    const std::int64_t units = target_units(piece);
    if (!piece.labels.empty() || units == 1) text += ",label";
    for (std::int64_t k = 0; units > 1 && k < units; ++k) text += ",label_" + std::to_string(k);
    return text + '\n';
  }
  void add_class(std::string& text, const Piece& piece, std::int64_t r, std::int32_t label) const {
    const auto cell = [&](const Tensor& x) { return cell_of(static_cast<float>(value(x, r, label))); };
    text += ',' + std::to_string(label) + ',' + cell_of(names_.class_name(label)) + ',' + cell(piece.best());
    if (piece.has_samples())
      text += ',' + cell(piece.std) + ',' + cell_of(piece.entropy[index(r)]) + ',' +
              cell_of(piece.mutual_information[index(r)]);
  }
  static void add_outputs(std::string& text, const Piece& piece, std::int64_t r) {
    const auto add_row = [&](const Tensor& x) {
      for (std::int64_t k = 0; k < piece.outputs(); ++k)
        text += ',' + cell_of(static_cast<float>(value(x, r, k)));
    };
    add_row(piece.best());
    if (piece.has_samples()) add_row(piece.std);
  }

  TextSink sink_;
  PieceNames names_;
};

class JsonWriter final : public PieceWriter {
 public:
  JsonWriter(TextSink sink, const PieceNames& names) : sink_(std::move(sink)), names_(names) {}

  void add(const Piece& piece) override {
    const std::vector<std::int32_t> classes = argmax(piece.best());
    std::string text;
    for (std::int64_t r = 0; r < piece.rows(); ++r) {
      text += begun_ ? ",\n" : kBegin;
      begun_ = true;
      text += to_json(row_of(piece, r, classes[index(r)]));
    }
    sink_(text);
  }
  void finish(const Value& summary) override {
    if (!begun_) sink_(kBegin);
    const std::string rest = to_json(summary);  // {…}
    sink_("\n]" + (rest == "{}" ? rest.substr(1) : "," + rest.substr(1)) + "\n");
  }
  bool fail(const Value& error) override {
    if (!begun_) return false;
    sink_("\n],\"error\":" + to_json(error) + "}\n");
    return true;
  }

 private:
  Value row_of(const Piece& piece, std::int64_t r, std::int32_t label) const {
    Value::Dict row = {{"row", piece.first + r}};
    if (names_.classifier) {
      row.emplace_back("class", std::int64_t{label});
      row.emplace_back("class_name", names_.class_name(label));
    }
    if (!piece.labels.empty()) row.emplace_back("label", std::int64_t{piece.labels[index(r)]});
    if (target_units(piece) == 1) row.emplace_back("label", value(piece.targets, r, 0));
    if (target_units(piece) > 1) row.emplace_back("label", list_of(piece.targets, r));
    row.emplace_back("prediction", list_of(piece.prediction, r));
    if (!piece.has_samples()) return row;
    row.emplace_back("mean", list_of(piece.mean, r));
    row.emplace_back("std", list_of(piece.std, r));
    if (piece.entropy.empty()) return row;
    row.emplace_back("entropy", static_cast<double>(piece.entropy[index(r)]));
    row.emplace_back("mutual_information", static_cast<double>(piece.mutual_information[index(r)]));
    return row;
  }

  TextSink sink_;
  PieceNames names_;
  static constexpr const char* kBegin = "{\"rows\":[\n";
  bool begun_ = false;
};

class NpzWriter final : public PieceWriter {
 public:
  explicit NpzWriter(std::function<void(const std::vector<std::uint8_t>&)> done) : done_(std::move(done)) {}

  void add(const Piece& piece) override {
    rows_ += piece.rows();
    outputs_ = piece.outputs();
    const auto append = [](auto& all, const auto& more) { all.insert(all.end(), more.begin(), more.end()); };
    append(prediction_, piece.prediction.values());
    append(mean_, piece.mean.values());
    append(std_, piece.std.values());
    append(entropy_, piece.entropy);
    append(mutual_information_, piece.mutual_information);
    append(labels_, piece.labels);
    append(targets_, piece.targets.values());
    target_units_ = target_units(piece);
  }
  void finish(const Value&) override {
    io::NamedArrays arrays;
    const Shape table{rows_, outputs_};
    const auto put = [&](const char* key, const Shape& shape, std::vector<float>& values) {
      if (!values.empty() || key == std::string_view("prediction"))
        arrays.emplace_back(key, io::to_array(Tensor(shape, std::move(values))));
    };
    put("prediction", table, prediction_);
    put("mean", table, mean_);
    put("std", table, std_);
    put("entropy", Shape{rows_}, entropy_);
    put("mutual_information", Shape{rows_}, mutual_information_);
    put("targets", Shape{rows_, target_units_}, targets_);
    if (!labels_.empty()) arrays.emplace_back("labels", io::to_array(Shape{rows_}, labels_));
    done_(io::to_npz(arrays));
  }

 private:
  std::function<void(const std::vector<std::uint8_t>&)> done_;
  std::int64_t rows_ = 0;
  std::int64_t outputs_ = 0;
  std::int64_t target_units_ = 0;
  std::vector<float> prediction_, mean_, std_, entropy_, mutual_information_, targets_;
  std::vector<std::int64_t> labels_;
};

}  // namespace

std::string PieceNames::class_name(std::int32_t label) const {
  const auto i = static_cast<std::size_t>(label);
  return i < class_names.size() ? class_names[i] : std::to_string(label);
}

std::unique_ptr<PieceWriter> table_writer(std::ostream& out, const PieceNames& names) {
  return std::make_unique<TableWriter>(out, names);
}
std::unique_ptr<PieceWriter> csv_writer(TextSink sink, const PieceNames& names) {
  return std::make_unique<CsvWriter>(std::move(sink), names);
}
std::unique_ptr<PieceWriter> json_writer(TextSink sink, const PieceNames& names) {
  return std::make_unique<JsonWriter>(std::move(sink), names);
}
std::unique_ptr<PieceWriter> npz_writer(std::function<void(const std::vector<std::uint8_t>& bytes)> done) {
  return std::make_unique<NpzWriter>(std::move(done));
}

}  // namespace regulus::cli
