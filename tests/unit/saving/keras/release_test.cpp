// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/release.h"

#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;

constexpr const char* kSoftmax = R"("activation": "softmax")";
constexpr const char* kHardSigmoid = R"("activation": "hard_sigmoid")";

bool speaks_of_hard_sigmoid(const Bytes& file) {
  for (const std::string& notice : model_from_bytes(file, "m").notices)
    if (notice.starts_with("hard_sigmoid (\"") &&
        notice.ends_with("which wrote it, computed clip(0.2 x + 0.5, 0, 1): predictions differ."))
      return true;
  return false;
}

TEST(KerasRelease, ANoticeSaysWhatKeras2ComputedInAnotherWay) {
  const Bytes h5 = saved_case("keras2_files.json", "dense.h5").file;
  const Bytes archive = saved_case("keras2_files.json", "dense.keras").file;
  EXPECT_FALSE(speaks_of_hard_sigmoid(h5));
  EXPECT_FALSE(speaks_of_hard_sigmoid(archive));
  const Bytes hard_h5 = with_h5_text(h5, "model_config", kSoftmax, kHardSigmoid);
  EXPECT_TRUE(speaks_of_hard_sigmoid(hard_h5));
  EXPECT_TRUE(speaks_of_hard_sigmoid(with_text(archive, "config.json", kSoftmax, kHardSigmoid)));
  EXPECT_FALSE(speaks_of_hard_sigmoid(with_h5_text(hard_h5, "keras_version", "2.", "3."))) << "it means ours";
}

}  // namespace
}  // namespace regulus::keras
