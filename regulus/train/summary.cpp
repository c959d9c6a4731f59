// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/base/plain_text.h"
#include "regulus/train/state.h"

namespace regulus {
namespace {

constexpr std::size_t kColumns = 3;
// Keras's proportions; a longer name widens its column.
constexpr std::array<std::size_t, kColumns> kLeastWidth = {31, 22, 13};
using Row = std::array<std::string, kColumns>;
using Widths = std::array<std::size_t, kColumns>;

// The characters of a horizontal rule: left end, line, crossing, right end.
struct Rule {
  const char* left;
  const char* line;
  const char* cross;
  const char* right;
};

struct Drawing {
  Rule top, below_head, between, bottom;
  const char* head_bar;
  const char* bar;
};

constexpr Drawing kBoxes = {
    {"┏", "━", "┳", "┓"}, {"┡", "━", "╇", "┩"}, {"├", "─", "┼", "┤"}, {"└", "─", "┴", "┘"}, "┃", "│"};
constexpr Drawing kAscii = {
    {"+", "-", "+", "+"}, {"+", "=", "+", "+"}, {"+", "-", "+", "+"}, {"+", "-", "+", "+"}, "|", "|"};

std::string rule(const Rule& r, const Widths& widths) {
  std::string text = r.left;
  for (std::size_t c = 0; c < kColumns; ++c) {
    for (std::size_t i = 0; i < widths[c] + 2; ++i) text += r.line;
    text += c + 1 < kColumns ? r.cross : r.right;
  }
  return text + '\n';
}

std::string line(const Row& row, const char* bar, const Widths& widths) {
  std::string text = bar;
  for (std::size_t c = 0; c < kColumns; ++c) {
    const std::string space(widths[c] - row[c].size(), ' ');
    const bool to_the_right = c + 1 == kColumns;  // numbers
    text += ' ' + (to_the_right ? space + row[c] : row[c] + space) + ' ' + bar;
  }
  return text + '\n';
}

std::string readable_bytes(std::int64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KB", "MB", "GB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit < 3; ++unit) value /= 1024;
  return fixed_text(value, 2) + ' ' + kUnits[unit];
}

std::string total(const char* name, std::int64_t count) {
  return std::string(" ") + name + ": " + with_commas(count) + " (" +
         readable_bytes(count * static_cast<std::int64_t>(sizeof(float))) + ")\n";
}

}  // namespace

std::string Sequential::summary(bool ascii) const {
  const ModelState& s = state();
  std::vector<Row> rows;
  for (std::size_t i = 0; i < s.layers.size(); ++i) {
    const Layer& layer = *s.layers[i];
    rows.push_back({escaped(layer.name()) + " (" + layer.class_name() + ")",
                    built() ? to_batch_string(s.shapes[i + 1]) : "?",
                    built() ? with_commas(layer.count_params()) : "0 (unbuilt)"});
  }
  Widths widths = kLeastWidth;
  for (const Row& row : rows)
    for (std::size_t c = 0; c < kColumns; ++c) widths[c] = std::max(widths[c], row[c].size());

  const Drawing& d = ascii ? kAscii : kBoxes;
  std::string text = "Model: \"" + escaped(s.name) + "\"\n" + rule(d.top, widths);
  text += line({"Layer (type)", "Output Shape", "Param #"}, d.head_bar, widths) + rule(d.below_head, widths);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) text += rule(d.between, widths);
    text += line(rows[i], d.bar, widths);
  }
  text += rule(d.bottom, widths);
  std::int64_t trainable = 0;
  for (const LayerPtr& layer : s.layers)
    for (const plan::ParameterPtr& weight : layer->weights())
      if (weight->trainable()) trainable += weight->shape().size();
  text += total("Total params", count_params()) + total("Trainable params", trainable) +
          total("Non-trainable params", count_params() - trainable);
  for (const std::string& note : notes()) text += " Note: " + escaped(note) + '\n';
  return text;
}

std::vector<std::string> Sequential::notes() const {
  std::vector<std::string> all;
  for (const LayerPtr& layer : state().layers)
    for (std::string& note : layer->notes()) all.push_back(std::move(note));
  return all;
}

}  // namespace regulus
