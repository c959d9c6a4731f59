// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regulus/io/hdf5/object_header.h"
#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// A hard link: a name and the address of an object header.
struct Link {
  std::string name;
  std::uint64_t address;
};

/// The links of a group by its messages, names ascending, each once: of the old style (a symbol table
/// message: B-tree, symbol nodes and a local heap for the names, specification III.A.1, III.C and III.D) or
/// of the new one (link messages). Fails for every other kind of link and for links in a fractal heap.
std::vector<Link> read_links(Source& source, const std::vector<Message>& messages);

}  // namespace regulus::io::hdf5
