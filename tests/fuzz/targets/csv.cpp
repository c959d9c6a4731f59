// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv.h"

#include <bit>

#include "fuzz/flat.h"
#include "fuzz/golden_seeds.h"
#include "fuzz/target.h"
#include "regulus/base/error.h"
#include "regulus/io/csv_cell.h"
#include "regulus/io/csv_guess.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.csv";

using Row = std::vector<std::string>;

std::vector<Row> rows_of(View file) {
  io::CsvReader reader(file, kWhere);
  std::vector<std::string_view> cells;
  std::vector<Row> rows;
  std::uint64_t line = 0;
  while (reader.next(cells)) {
    require(reader.line() > line, "lines are counted up");
    line = reader.line();
    require(rows.empty() || rows.front().size() == cells.size(), "rows have as many cells as the first");
    rows.emplace_back(cells.begin(), cells.end());
  }
  return rows;
}

std::string described(const std::vector<Row>& rows) {
  std::string out;
  for (const Row& row : rows) {
    append(out, std::to_string(row.size()));
    for (const std::string& cell : row) append(out, cell);
  }
  return out;
}

// Numbers of the first row: absent where a cell is none.
std::vector<float> numbers_of(View file) {
  io::CsvReader reader(file, kWhere);
  std::vector<std::string_view> cells;
  std::vector<float> numbers;
  if (reader.next(cells))
    for (std::size_t column = 0; column < cells.size(); ++column) {
      try {
        numbers.push_back(reader.number(cells, column));
      } catch (const DataError&) {
      }
    }
  return numbers;
}

// Whatever the first bytes seem to be, what is guessed is one format, and the reader reads or refuses.
void read_as_guessed(View input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const std::size_t half = text.size() / 2;
  static_cast<void>(io::guess_csv(text.substr(0, half), false, std::nullopt, '.', std::nullopt));
  for (const char decimal : {'.', ','}) {
    const io::CsvGuess guess = io::guess_csv(text, true, std::nullopt, decimal, std::nullopt);
    require(guess.format.separator != decimal, "a separator is the decimal sign");
    io::CsvReader reader(input, kWhere, {}, guess.format);
    std::vector<std::string_view> cells;
    try {
      while (reader.next(cells))
        for (std::size_t column = 0; column < cells.size(); ++column)
          static_cast<void>(io::cell_number(cells[column], decimal));
    } catch (const DataError&) {
    }
  }
}

std::string read(View input) {
  read_as_guessed(input);
  const std::vector<Row> rows = rows_of(input);
  std::string value = described(rows);
  std::string written;
  for (const Row& row : rows) written += io::csv_row(row);
  require(described(rows_of(bytes_of(written))) == value, "written and read again, the rows are others");

  const std::vector<float> numbers = numbers_of(input);
  if (numbers.empty()) return value;
  const std::vector<float> again = numbers_of(bytes_of(io::csv_row(numbers)));
  require(again.size() == numbers.size(), "numbers that were written are not read");
  for (std::size_t i = 0; i < numbers.size(); ++i)
    require(std::bit_cast<std::uint32_t>(numbers[i]) == std::bit_cast<std::uint32_t>(again[i]),
            "a number that was written and read is another: " + std::to_string(numbers[i]));
  return value;
}

std::vector<Seed> seeds() {
  std::vector<Seed> seeds = golden_seeds("csv.json", SeedKind::kSound);
  seeds.push_back({"rows", bytes_of("a,b\n1,-2.5e-3\n\"x, y\",\"say \"\"no\"\"\"\r\n,\n")});
  seeds.push_back({"numbers", bytes_of("0,1e-45,3.4028235e38,0.1,16777217,-0\n")});
  seeds.push_back({"semicolons", bytes_of("\"a\";\"b\"\n1,5;2\n?;NA\n\n")});
  seeds.push_back({"blanks", bytes_of("# a b\n  1.0e+00   2\t\n+3 -4\n")});
  return seeds;
}

}  // namespace

const Target& target() {
  static const Target csv = {kWhere, read, seeds};
  return csv;
}

}  // namespace regulus::fuzz
