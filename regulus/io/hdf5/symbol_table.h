// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/io/hdf5/links.h"

namespace regulus::io::hdf5 {

/// The links of a group of the old style: its message gives a B-tree of symbol nodes and a local heap with
/// the names. Claims the bytes of all of them. Fails unless the names ascend.
std::vector<Link> read_symbol_table(Source& source, ByteReader message);

}  // namespace regulus::io::hdf5
