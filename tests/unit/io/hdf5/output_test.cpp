// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/output.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

TEST(Hdf5Output, LeastSignificantByteFirst) {
  Output output;
  output.u8(0x1ff);
  output.u16(0x0203);
  output.u32(0x04050607);
  output.append("ab");
  EXPECT_EQ(output.address(), 9u);
  output.align();
  EXPECT_EQ(output.address(), 16u);
  output.align();
  output.u64(0x0102030405060708);
  output.zeros(1);
  output.append(Bytes{9, 8});
  EXPECT_EQ(output.bytes(),
            (Bytes{0xff, 3, 2, 7, 6, 5, 4, 'a', 'b', 0, 0, 0, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8}));
  output.put_at(8, 0x1122);
  EXPECT_EQ(output.bytes()[8], 0x22);
  EXPECT_EQ(output.bytes()[9], 0x11);
  EXPECT_EQ(output.take().size(), 27u);
}

}  // namespace
}  // namespace regulus::io::hdf5
