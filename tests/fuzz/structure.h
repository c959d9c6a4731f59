// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <random>

#include "fuzz/target.h"

// Changes of what a file of Keras's says, not of its bytes: members of JSON documents and objects of HDF5
// trees are swapped, repeated, nested, enlarged, given another type, taken away. The file around them stays
// sound, so that what is reached is what stands behind the parsers.

namespace regulus::fuzz {

using Random = std::minstd_rand;

/// From 0 on, below `count`.
inline std::size_t draw(Random& random, std::size_t count) {
  return random() / 7 % count;  // the lowest bits of such a generator are poor
}
inline bool one_in(Random& random, std::size_t count) {
  return draw(random, count) == 0;
}

/// A JSON text with one to three changes; nothing where it is none.
std::optional<Bytes> restructured_json(View text, Random& random);
/// An HDF5 file with one to three changes of its tree or of a JSON text in its attributes; nothing where it
/// is none, or where what came out cannot be written.
std::optional<Bytes> restructured_hdf5(View file, Random& random);
/// Either, or a zip archive of them with one of its members changed.
std::optional<Bytes> restructured(View file, Random& random);

}  // namespace regulus::fuzz
