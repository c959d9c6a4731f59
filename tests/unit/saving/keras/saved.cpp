// SPDX-License-Identifier: Apache-2.0
#include "unit/saving/keras/saved.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "regulus/io/zip.h"
#include "support/golden_files.h"

namespace regulus::testing {
namespace {

double largest(const Tensor& tensor) {
  double out = 0;
  for (const float v : tensor.values()) out = std::max(out, std::abs(static_cast<double>(v)));
  return out;
}

// Keras and regulus sum in another order.
void expect_rounded(const Tensor& found, const Tensor& wanted, const std::string& what) {
  expect_close(found, wanted, 0, 1e-6 * largest(wanted), what);
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("\"" + from + "\" is not in " + text);
  text.replace(at, from.size(), to);
}

Bytes changed_members(const Bytes& archive, const std::function<bool(io::ZipMember&)>& keep) {
  const std::string where = "archive";
  const io::ZipArchive zip(archive, where);
  std::vector<io::ZipMember> members;
  for (const std::string& name : zip.names()) {
    io::ZipMember member{name, zip.read(name)};
    if (keep(member)) members.push_back(std::move(member));
  }
  return io::to_zip(members);
}

}  // namespace

std::vector<SavedCase> saved_cases(const std::string& file, const std::string& ending,
                                   const std::string& list) {
  std::vector<SavedCase> cases;
  for (GoldenFile& golden_file : golden_files(file)) {
    if (golden_file.list != list || !golden_file.name.ends_with(ending)) continue;
    for (const auto& entry : golden(file).at(list))
      if (entry.at("name") == golden_file.name)
        cases.push_back({golden_file.name, std::move(golden_file.bytes), entry});
  }
  if (cases.empty()) throw std::runtime_error(file + ": no case ends in " + ending);
  return cases;
}

SavedCase saved_case(const std::string& file, const std::string& name, const std::string& list) {
  for (SavedCase& saved : saved_cases(file, "", list))
    if (saved.name == name) return std::move(saved);
  throw std::runtime_error(file + ": no case " + name);
}

void expect_predictions(const SavedCase& saved) {
  const LoadedModel loaded = model_from_bytes(saved.file, saved.name);
  EXPECT_EQ(loaded.notices, std::vector<std::string>()) << saved.name;
  expect_rounded(loaded.model.predict(tensor(saved.golden.at("x"))), tensor(saved.golden.at("prediction")),
                 saved.name);
}

void expect_step(const SavedCase& saved, const Dataset& batch) {
  LoadedModel loaded = model_from_bytes(saved.file, saved.name);
  EXPECT_EQ(loaded.notices, std::vector<std::string>()) << saved.name;
  EXPECT_EQ(loaded.model.iterations(), 3u) << saved.name;
  loaded.model.train_on_batch(batch);
  const std::vector<Tensor> found = loaded.model.get_weights();
  const auto& wanted = saved.golden.at("weights");
  ASSERT_EQ(found.size(), wanted.size()) << saved.name;
  for (std::size_t i = 0; i < found.size(); ++i)
    expect_rounded(found[i], tensor(wanted[i]), saved.name + ", weight " + std::to_string(i));
}

Bytes with_member(const Bytes& archive, const std::string& name, const std::function<void(Bytes&)>& change) {
  return changed_members(archive, [&](io::ZipMember& member) {
    if (member.name == name) change(member.bytes);
    return true;
  });
}

Bytes without_member(const Bytes& archive, const std::string& name) {
  return changed_members(archive, [&](const io::ZipMember& member) { return member.name != name; });
}

Bytes with_text(const Bytes& archive, const std::string& name, const std::string& from,
                const std::string& to) {
  return with_member(archive, name, [&](Bytes& bytes) {
    std::string text(bytes.begin(), bytes.end());
    replace(text, from, to);
    bytes.assign(text.begin(), text.end());
  });
}

Bytes with_tree(const Bytes& archive, const std::function<void(io::Hdf5Group&)>& change) {
  return with_member(archive, "model.weights.h5", [&](Bytes& bytes) { bytes = with_h5(bytes, change); });
}

Bytes with_h5(const Bytes& file, const std::function<void(io::Hdf5Group&)>& change) {
  io::Hdf5Group root = io::parse_hdf5(file, "h5");
  change(root);
  return io::to_hdf5(root);
}

Bytes with_h5_text(const Bytes& file, const std::string& attribute, const std::string& from,
                   const std::string& to) {
  return with_h5(file, [&](io::Hdf5Group& root) {
    for (io::Hdf5Attribute& a : root.attributes)
      if (a.name == attribute) replace(std::get<std::string>(a.value), from, to);
  });
}

io::Hdf5Group& group_at(io::Hdf5Group& root, const std::string& path) {
  const io::Hdf5Group* group = root.group(path);
  if (group == nullptr) throw std::runtime_error("no group " + path);
  return const_cast<io::Hdf5Group&>(*group);
}

void expect_refused(const Bytes& file, const std::string& problem) {
  expect_error<DataError>([&] { model_from_bytes(file, "m"); }, "m: " + problem);
}

void expect_same_model(const Sequential& found, const Sequential& wanted) {
  EXPECT_EQ(found.config(), wanted.config());
  EXPECT_EQ(found.key(), wanted.key());
  EXPECT_EQ(found.weights_sha256(), wanted.weights_sha256());
  ASSERT_EQ(found.compiled(), wanted.compiled());
  if (!found.compiled()) return;
  EXPECT_EQ(found.compile_config(), wanted.compile_config());
  const TrainingState a = found.training_state();
  const TrainingState b = wanted.training_state();
  EXPECT_EQ(a.iterations, b.iterations);
  EXPECT_EQ(a.epochs_shuffled, b.epochs_shuffled);
  EXPECT_EQ(a.calls, b.calls);
  EXPECT_EQ(a.slots, b.slots);
}

}  // namespace regulus::testing
