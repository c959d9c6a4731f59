// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/data/row_reader.h"
#include "support/expect.h"
#include "support/idx.h"
#include "support/temporary_folder.h"

namespace regulus::testing {

/// A folder whose files are written and opened by name.
class RowFiles {
 public:
  /// The path of a new file.
  std::string file(const std::string& name, const Bytes& bytes) const {
    write_bytes(folder_ / name, bytes);
    return folder_ / name;
  }
  std::string file(const std::string& name, std::string_view text) const {
    return file(name, Bytes(text.begin(), text.end()));
  }

 private:
  TemporaryFolder folder_;
};

/// All that a reader gives in pieces of `count` rows.
struct AllRows {
  std::vector<float> values;
  std::vector<std::int32_t> labels;
};
inline AllRows read_all(RowReader& reader, std::int64_t count) {
  AllRows all;
  for (std::int64_t rows = 0;;) {
    const Dataset piece = reader.next(count);
    if (piece.num_rows() == 0) return all;
    EXPECT_LE(piece.num_rows(), count);
    EXPECT_EQ(piece.first_row(), rows);
    EXPECT_EQ(piece.row_shape(), reader.row_shape());
    rows += piece.num_rows();
    const Tensor values = piece.to_tensor();
    all.values.insert(all.values.end(), values.values().begin(), values.values().end());
    if (piece.has_labels()) all.labels.insert(all.labels.end(), piece.labels().begin(), piece.labels().end());
  }
}

/// Opens and reads the file; expects the error `PATH: PROBLEM`.
inline void expect_unreadable(const std::string& path, const std::string& problem,
                              const RowReaderOptions& options = {}, const Limits& limits = {}) {
  expect_error<DataError>([&] { read_all(*open_rows(path, options, limits), 2); }, path + ": " + problem);
}

}  // namespace regulus::testing
