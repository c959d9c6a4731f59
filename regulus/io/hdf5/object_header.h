// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// What a message of an object header says (specification IV.A.2).
enum class MessageType : std::uint16_t {
  kNil = 0x00,
  kDataspace = 0x01,
  kLinkInfo = 0x02,
  kDatatype = 0x03,
  kOldFillValue = 0x04,
  kFillValue = 0x05,
  kLink = 0x06,
  kExternalFiles = 0x07,
  kLayout = 0x08,
  kGroupInfo = 0x0a,
  kFilters = 0x0b,
  kAttribute = 0x0c,
  kComment = 0x0d,
  kOldModificationTime = 0x0e,
  kContinuation = 0x10,
  kSymbolTable = 0x11,
  kModificationTime = 0x12,
  kAttributeInfo = 0x15,
  kReferenceCount = 0x16,
};

struct Message {
  MessageType type;
  ByteReader body;
};

/// The messages of the object header at `address`, version 1 or 2, those of its continuations too, without
/// what says nothing about names or values. Claims its bytes; checksums are verified.
std::vector<Message> read_object_header(Source& source, std::uint64_t address);

}  // namespace regulus::io::hdf5
