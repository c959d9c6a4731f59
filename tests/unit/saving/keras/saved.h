// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "regulus/io/hdf5.h"
#include "regulus/saving/model_file.h"
#include "support/golden.h"

namespace regulus::testing {

using Bytes = std::vector<std::uint8_t>;

/// An entry of a golden document, and the file that it holds.
struct SavedCase {
  std::string name;
  Bytes file;
  const nlohmann::json& golden;
};
/// Those of a list of tests/golden/FILE whose name ends so.
std::vector<SavedCase> saved_cases(const std::string& file, const std::string& ending = "",
                                   const std::string& list = "cases");
/// The one of that name.
SavedCase saved_case(const std::string& file, const std::string& name, const std::string& list = "cases");

/// The loaded file predicts what the golden says, to 1e-6 of the largest output.
void expect_predictions(const SavedCase& saved);
/// One step on these rows gives the golden's weights, to 1e-6 of the largest of each.
void expect_step(const SavedCase& saved, const Dataset& batch);

/// A .keras file whose member of that name was changed; the others stay.
Bytes with_member(const Bytes& archive, const std::string& name, const std::function<void(Bytes&)>& change);
Bytes without_member(const Bytes& archive, const std::string& name);
/// `from`, which must be there, replaced by `to` in a member that is text.
Bytes with_text(const Bytes& archive, const std::string& name, const std::string& from,
                const std::string& to);
/// The member model.weights.h5 with another tree.
Bytes with_tree(const Bytes& archive, const std::function<void(io::Hdf5Group&)>& change);
/// A .h5 file with another tree.
Bytes with_h5(const Bytes& file, const std::function<void(io::Hdf5Group&)>& change);
/// `from`, which must be there, replaced by `to` in a text attribute of the root.
Bytes with_h5_text(const Bytes& file, const std::string& attribute, const std::string& from,
                   const std::string& to);
/// The group at this path, which must be there.
io::Hdf5Group& group_at(io::Hdf5Group& root, const std::string& path);

/// model_from_bytes throws DataError with this text behind "m: ".
void expect_refused(const Bytes& file, const std::string& problem);

/// Everything a saved model has: weights, config, compile config, training state.
void expect_same_model(const Sequential& found, const Sequential& wanted);

}  // namespace regulus::testing
