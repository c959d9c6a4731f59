// SPDX-License-Identifier: Apache-2.0
// Damaged files of Keras's: each is refused in one line, or gives a model that works.
#include "regulus/base/json.h"
#include "regulus/io/zip.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;

bool is_refused(const Bytes& bytes, const std::string& what) {
  try {
    const LoadedModel loaded = model_from_bytes(bytes, "m");
    loaded.model.predict(Tensor(loaded.model.input_shape().with_front(2)));
    return false;
  } catch (const DataError& error) {
    const std::string line = error.what();
    EXPECT_TRUE(line.starts_with("m: ") && line.size() <= 300 && line.find('\n') == line.npos)
        << what << ": " << line;
  } catch (const std::exception& error) {
    ADD_FAILURE() << what << ": " << error.what();
  }
  return true;
}

Sequential small_network() {
  Sequential model(
      {MCDropout({.rate = 0.25, .input_shape = {3}}), Dense({.units = 2, .activation = "softmax"})},
      {.name = "small", .seed = 11});
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

TEST(DamagedFiles, EveryTruncationIsRefused) {
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5}) {
    const Bytes bytes = model_to_bytes(small_network(), {}, format);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      ASSERT_TRUE(is_refused(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)),
                             "the first " + std::to_string(size) + " bytes"));
  }
}

TEST(DamagedFiles, AFlippedBitIsRefusedOrGivesAModel) {
  for (const ModelFormat format : {ModelFormat::kKeras, ModelFormat::kH5}) {
    Bytes bytes = model_to_bytes(small_network(), {}, format);
    int refused = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
      const auto bit = static_cast<std::uint8_t>(1 << i % 8);
      bytes[i] ^= bit;
      refused += is_refused(bytes, "byte " + std::to_string(i));
      bytes[i] ^= bit;
    }
    EXPECT_GT(refused, format == ModelFormat::kKeras ? 1300 : 300);
  }
}

// Sanitizers take ten times as long: of the changes of each value they see every third.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t kChangesApart = 3;
#else
constexpr std::size_t kChangesApart = 1;
#endif

// Calls visit(path) after each change of one value of the tree, which is put back then.
template <class Visit>
void for_each_change(Value& root, Value& value, const std::string& path, Visit visit) {
  if (value.is_dict()) {
    Value::Dict members = value.as_dict();
    for (std::size_t i = 0; i < members.size(); ++i) {
      auto& member = const_cast<Value::Dict&>(value.as_dict())[i].second;
      for_each_change(root, member, path + "/" + members[i].first, visit);
    }
  } else if (value.is_list()) {
    for (std::size_t i = 0; i < value.as_list().size(); ++i)
      for_each_change(root, const_cast<Value::List&>(value.as_list())[i], path + "/" + std::to_string(i),
                      visit);
  }
  const Value before = value;
  const std::vector<Value> others = {
      nullptr,      true, -1, std::int64_t{1} << 62, 1e300, "x", Value::List{}, Value::List{1, "a"},
      Value::Dict{}};
  for (std::size_t i = path.size() % kChangesApart; i < others.size(); i += kChangesApart) {
    value = others[i];
    visit(path + " = " + to_json(others[i]));
  }
  value = before;
}

Bytes with_json(const Bytes& archive, const char* member, const Value& value) {
  const std::string text = to_json(value);
  return with_member(archive, member, [&](Bytes& bytes) { bytes.assign(text.begin(), text.end()); });
}

void expect_sound(const Bytes& archive, const char* member) {
  const std::string where = "m";
  const Bytes bytes = io::ZipArchive(archive, where).read(member);
  Value root = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, where);
  for_each_change(root, root, member,
                  [&](const std::string& what) { is_refused(with_json(archive, member, root), what); });
}

TEST(DamagedFiles, AnyValueOfAConfigMayBeAnother) {
  for (const char* name : {"Functional.keras", "Normalization.keras"})
    expect_sound(saved_case("keras_files.json", name).file, "config.json");
  expect_sound(saved_case("keras_training.json", "Nadam.keras").file, "config.json");
  expect_sound(saved_case("keras2_files.json", "functional.keras").file, "config.json");
  expect_sound(saved_case("keras_other.json", "registered MCDropout.keras").file, "config.json");
}

TEST(DamagedFiles, AnyValueOfOursToo) {
  const ModelNotes notes = {
      .normalization = Normalization::from_statistics(0.5, {0.25, -1.5, 3.0}, {1.0, 0.1, 2.0}),
      .data_set = "toys",
      .class_names = {"a", "b"},
      .temperature = 1.5};
  const Bytes archive = model_to_bytes(small_network(), notes, ModelFormat::kKeras);
  for (const char* member : {"config.json", "regulus.json", "metadata.json"}) expect_sound(archive, member);
}

}  // namespace
}  // namespace regulus::keras
