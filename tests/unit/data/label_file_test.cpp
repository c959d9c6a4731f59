// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/label_file.h"

#include "regulus/io/npy.h"
#include "unit/data/row_files.h"

namespace regulus {
namespace {

using testing::expect_error;

RowPiece rows_with(std::int64_t rows, std::vector<std::int64_t> dropped) {
  RowPiece piece;
  piece.rows = rows;
  piece.dropped = std::move(dropped);
  return piece;
}

// Two pieces, of which the first has left out its rows 1 and 2.
TEST(LabelFile, LabelsOfRowsThatAreLeftOutGoWithThem) {
  const testing::RowFiles files;
  for (const std::string& path : {files.file("labels", testing::idx_file({6}, {0, 1, 2, 3, 4, 5})),
                                  files.file("labels.csv", std::string_view("0\n1\n2\n3\n4\n5\n"))}) {
    LabelFile labels(path, "", {}, {});
    RowPiece first = rows_with(2, {1, 2});
    labels.label(first, 0, "rows");
    EXPECT_EQ(first.labels, (std::vector<std::int32_t>{0, 3}));
    RowPiece second = rows_with(2, {});
    labels.label(second, 4, "rows");
    EXPECT_EQ(second.labels, (std::vector<std::int32_t>{4, 5}));
    labels.expect_end(6, "rows");
    RowPiece third = rows_with(1, {});
    expect_error<DataError>([&] { labels.label(third, 6, "rows"); },
                            path + ": row 6 of rows has no label (expected more labels, found 6).");
  }
}

TEST(LabelFile, TargetsMayBeOfAnyWidth) {
  const testing::RowFiles files;
  const std::string path = files.file("y.npy", io::to_npy(io::to_array(Tensor({3, 2}, {1, 2, 3, 4, 5, 6}))));
  LabelFile targets(path, "", {.label_kind = LabelKind::kNumbers}, {});
  EXPECT_EQ(targets.target_width(), 2);
  RowPiece rows = rows_with(2, {0});
  targets.label(rows, 0, "rows");
  EXPECT_EQ(rows.targets, (std::vector<float>{3, 4, 5, 6}));
}

}  // namespace
}  // namespace regulus
