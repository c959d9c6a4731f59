// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace regulus {

/// The names under which a file of MNIST's family lies about: NAME (…-images-idx3-ubyte, …-labels-idx1-ubyte)
/// itself, and with a dot before idx, as unpackers write it; each packed (.gz, tried first) or not, and in a
/// folder of its own name.
std::vector<std::string> idx_file_names(const std::string& name);

/// The labels that lie beside images, by their names: those of MNIST's family in all their spellings, and
/// …-labels.npz beside …-imgs.npz (Kuzushiji-MNIST). Empty if `images` is not called so or there is no such
/// file.
std::string labels_beside(const std::string& images);

}  // namespace regulus
