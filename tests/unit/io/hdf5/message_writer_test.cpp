// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/message_writer.h"

#include "regulus/io/hdf5/dataspace.h"
#include "regulus/io/hdf5/datatype.h"
#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

TEST(Hdf5MessageWriter, EveryTypeComesBack) {
  for (int i = 0; i <= static_cast<int>(DType::kFloat64); ++i) {
    for (const bool big_endian : {false, true}) {
      Array array;
      array.dtype = static_cast<DType>(i);
      array.shape = Shape{0, 3};
      array.big_endian = big_endian && item_bytes(array.dtype) > 1 && array.dtype != DType::kBfloat16;
      HeaderWriter header;
      header.add_dataset(array, kUndefined);
      Output output;
      EXPECT_EQ(header.write(output), 0u);
      Opened file(output.take());
      std::vector<Message> messages = read_object_header(file.source, 0);
      ASSERT_EQ(messages.size(), 3u);
      EXPECT_EQ(read_dataspace(messages[0].body, {}).lengths, (std::vector<std::uint64_t>{0, 3}));
      const Datatype type = read_datatype(messages[1].body);
      EXPECT_EQ(type.dtype, array.dtype) << name(array.dtype);
      EXPECT_EQ(type.big_endian, array.big_endian) << name(array.dtype);
      EXPECT_EQ(type.bytes, item_bytes(array.dtype)) << name(array.dtype);
    }
  }
}

TEST(Hdf5MessageWriter, AMessageHasLittleRoom) {
  HeaderWriter header;
  Output nothing;
  const TextWriter texts(nothing);
  // 8 for the sizes, 8 for the name, 16 for the type and 16 for the lengths.
  Hdf5Attribute attribute = {"a", owning_array(DType::kUint8, Shape{65480}, Bytes(65480))};
  EXPECT_NO_THROW(header.add_attribute(attribute, texts));
  attribute.value = owning_array(DType::kUint8, Shape{65481}, Bytes(65481));
  testing::expect_error<ConfigError>(
      [&] { header.add_attribute(attribute, texts); },
      "HDF5: the attribute \"a\" takes too many bytes (expected at most 65528, found "
      "65536). Write it in several parts.");
  for (int i = 1; i < 65'535; ++i) header.add(MessageType::kNil, nothing, "nothing");
  testing::expect_error<ConfigError>(
      [&] { header.add(MessageType::kNil, nothing, "nothing"); },
      "HDF5: an object has too many attributes (expected at most 65535, found more).");
}

}  // namespace
}  // namespace regulus::io::hdf5
