// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/row_files.h"

#include "regulus/io/npz.h"
#include "regulus/io/zip.h"
#include "unit/data/row_files.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::expect_error;

OpenedRows opened(const std::string& path, const RowReaderOptions& options = {}) {
  return open_row_source(path, options.key, NpzRole::kRows, options, {});
}

TEST(RowFiles, AnNpzFileSaysItsKeys) {
  const testing::RowFiles files;
  const auto one = io::to_array(Tensor({1, 1}, {1}));
  const OpenedRows rows = opened(files.file("f", io::to_npz(io::NamedArrays{{"x", one}, {"y", one}})));
  EXPECT_EQ(rows.key, "x");
  EXPECT_EQ(rows.keys, (std::vector<std::string>{"x", "y"}));
}

TEST(RowFiles, OptionsOfATableAreForTables) {
  const testing::RowFiles files;
  const std::string path = files.file("f", testing::idx_file({1, 1}, {1}));
  for (const auto& [table, name] :
       {std::pair(TableOptions{.separator = ";"}, "separator"),
        std::pair(TableOptions{.decimal = ','}, "decimal"), std::pair(TableOptions{.header = true}, "header"),
        std::pair(TableOptions{.columns = {"0"}}, "columns"), std::pair(TableOptions{.drop = {"0"}}, "drop")})
    expect_error<ConfigError>([&, &table = table] { opened(path, {.table = table}); },
                              path + ": " + name + " is for CSV files.");
}

TEST(RowFiles, AZipArchiveIsNamedForWhatItIs) {
  const testing::RowFiles files;
  const auto zip = [&](const std::vector<std::string>& names) {
    std::vector<io::ZipMember> members;
    for (const std::string& name : names) members.push_back({name, Bytes{'1'}});
    return files.file("f", io::to_zip(members));
  };
  expect_error<DataError>(
      [&] {
        opened(zip({"xl/workbook.xml", "xl/styles.xml"}));
      },
      zip({"xl/workbook.xml", "xl/styles.xml"}) +
          ": this is an Excel file (.xlsx), no file of rows. Save the sheet as CSV.");
  expect_error<DataError>(
      [&] { opened(zip({"iris.csv"})); },
      zip({"iris.csv"}) + ": this is a zip archive, no file of rows. Unpack iris.csv and give that file.");
}

}  // namespace
}  // namespace regulus
