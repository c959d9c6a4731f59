// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "regulus/data/fashion_mnist.h"

namespace regulus::datasets {

/// One of the four official files; sha256 is that of the packed file NAME.gz.
struct OfficialFile {
  const char* name;
  const char* sha256;
};

/// Training images and labels, test images and labels.
inline constexpr std::array<OfficialFile, 4> kFashionMnistFiles = {{
    {"train-images-idx3-ubyte", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
    {"train-labels-idx1-ubyte", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
    {"t10k-images-idx3-ubyte", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
    {"t10k-labels-idx1-ubyte", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
}};

/// The ten classes, by label.
const std::vector<std::string>& fashion_class_names();

/// The file's path in `folder` under any of its names (idx_file_names), or nothing if it is not there.
std::optional<std::string> find_in_folder(const std::string& folder, const char* name);

/// The bytes of a file and the words that errors about it begin with.
struct NamedBytes {
  std::string where;
  std::vector<std::uint8_t> bytes;
};

/// Who calls `read`, and when.
enum class Reading : std::uint8_t {
  kInOrder,     ///< the caller, in the order of kFashionMnistFiles, until the first error
  kSideBySide,  ///< the team's workers, each file when one of them is free
};

/// Reads the four files through `read` and makes the two data sets: images of 28 x 28, as many labels
/// as images, labels 0 to 9. Throws DataError and what `read` throws; of several errors, that of the first
/// file.
TrainTest assemble(const std::function<NamedBytes(const OfficialFile&)>& read, const DatasetInfo& info,
                   Reading reading);

}  // namespace regulus::datasets
