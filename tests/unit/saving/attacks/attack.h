// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace regulus::testing {

using Bytes = std::vector<std::uint8_t>;

/// A file that means harm, rebuilt as data: what it would run or open is a name that does not exist.
struct Attack {
  std::string name;             ///< with the number of the advisory, where there is one
  std::function<Bytes()> file;  ///< makes it
  void (*read)(const Bytes& file, const std::string& where);
  std::string says = "";  ///< what the refusal names
};
void PrintTo(const Attack& attack, std::ostream* out);
std::string attack_name(const ::testing::TestParamInfo<Attack>& info);

/// Reads the file in a process of its own and expects one DataError of the set shape that holds `says`,
/// within 64 MiB beyond the file and ten times the processor's time that a sound file of its size (256 KiB at
/// least) takes on the same machine.
void expect_refused(const Attack& attack);
/// The same of each file of the lists in tests/golden/FILE for which the entry is `chosen`.
void expect_golden_refused(
    const std::string& file, void (*read)(const Bytes&, const std::string&),
    const std::function<bool(const std::string& list, const std::string& name)>& chosen);

/// What the library reads.
namespace reading {
void model(const Bytes& file, const std::string& where);
void json(const Bytes& file, const std::string& where);
void safetensors(const Bytes& file, const std::string& where);
void npy(const Bytes& file, const std::string& where);
void npz(const Bytes& file, const std::string& where);
void zip(const Bytes& file, const std::string& where);
void hdf5(const Bytes& file, const std::string& where);
void idx(const Bytes& file, const std::string& where);
void csv(const Bytes& file, const std::string& where);
}  // namespace reading

Bytes bytes_of(const std::string& text);
/// A safetensors file of this header and as many bytes of data.
Bytes safetensors_of(const std::string& header, std::size_t data_bytes = 0);

}  // namespace regulus::testing
