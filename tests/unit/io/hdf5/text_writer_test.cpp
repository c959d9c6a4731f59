// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/text_writer.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// What was written, found by reference: length, collection, index.
std::string read_back(const Output& output, const TextWriter& writer, const std::string& text) {
  Output reference;
  writer.put_reference(reference, text);
  Opened file(output.bytes());
  ByteReader reader(reference.bytes(), file.where);
  const auto length = reader.little<std::uint32_t>("a length");
  const auto collection = reader.little<std::uint64_t>("a collection");
  const std::string_view found = file.source.heap_text(collection, reader.little<std::uint32_t>("an index"));
  EXPECT_EQ(found.size(), length);
  return std::string(found);
}

TEST(Hdf5TextWriter, EveryLengthComesBack) {
  std::vector<std::string> texts;
  for (std::size_t length = 0; length < 300; ++length)
    texts.emplace_back(length, static_cast<char>('a' + length % 26));
  for (const std::size_t length : {4000u, 4047u, 4048u, 4056u, 4064u, 4065u, 100'000u})
    texts.emplace_back(length, 'x');
  texts.emplace_back("last");
  Output output;
  output.u8(1);  // collections are aligned
  TextWriter writer(output);
  for (const std::string& text : texts) writer.add(text);
  writer.finish();
  for (const std::string& text : texts) EXPECT_EQ(read_back(output, writer, text), text);
}

// The HDF5 library takes no collection below 4,096 bytes (specification III.E).
TEST(Hdf5TextWriter, CollectionsAreNotSmall) {
  const std::string one = "a";
  Output output;
  TextWriter writer(output);
  writer.finish();
  EXPECT_EQ(output.address(), 0u);
  writer.add(one);
  writer.finish();
  EXPECT_EQ(output.address(), 4096u);
}

}  // namespace
}  // namespace regulus::io::hdf5
