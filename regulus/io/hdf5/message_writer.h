// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/io/hdf5.h"
#include "regulus/io/hdf5/object_header.h"
#include "regulus/io/hdf5/output.h"
#include "regulus/io/hdf5/text_writer.h"

namespace regulus::io::hdf5 {

/// The object header of a dataset or group while it is put together: messages in version 1.
class HeaderWriter {
 public:
  /// Throws ConfigError for more than 65,528 bytes, naming `what`.
  void add(MessageType type, const Output& body, const std::string& what);
  /// Those of a dataset whose data lie at `address`, kUndefined if it has none.
  void add_dataset(const Array& array, std::uint64_t address);
  void add_attribute(const Hdf5Attribute& attribute, const TextWriter& texts);
  /// Appends the whole; returns its address.
  std::uint64_t write(Output& output) const;

 private:
  Output messages_;
  std::uint64_t count_ = 0;
};

}  // namespace regulus::io::hdf5
