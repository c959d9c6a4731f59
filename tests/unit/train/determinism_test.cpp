// SPDX-License-Identifier: Apache-2.0
// The same bits for any number of threads, and on every machine.
#include <gtest/gtest.h>

#include "regulus/base/sha256.h"
#include "regulus/runtime/team.h"
#include "support/toy.h"

namespace regulus {
namespace {

struct Outcome {
  std::string weights;
  std::string history;
  std::string predictions;
  std::string thinned;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string hash(const void* data, std::size_t bytes) {
  return sha256_hex(data, bytes);
}
std::string hash(const std::string& text) {
  return hash(text.data(), text.size());
}
std::string hash(const Tensor& x) {
  return hash(x.data(), static_cast<std::size_t>(x.size()) * sizeof(float));
}

Outcome run() {
  Sequential model = testing::toy_model();
  const Dataset data = testing::toy_data(333);
  const History history =
      model.fit(data, {.epochs = 3, .verbose = 0, .validation_data = testing::toy_data(97, 2)});
  std::vector<double> all;
  for (const std::string& name : history.names())
    all.insert(all.end(), history[name].begin(), history[name].end());
  const McPrediction mc = model.predict_mc(data, {.samples = 7});
  const McPrediction thinned = model.predict_mc(data, {.samples = 7, .masks = "shared"});
  return {model.weights_sha256(), hash(all.data(), all.size() * sizeof(double)),
          hash(hash(model.predict(data)) + hash(mc.mean) + hash(mc.std)),
          hash(hash(thinned.mean) + hash(thinned.std))};
}

TEST(Determinism, ThreadsChangeNothing) {
  const int before = runtime::num_threads();
  runtime::set_num_threads(1);
  const Outcome alone = run();
  for (const int threads : {2, 3, 4, 7}) {
    runtime::set_num_threads(threads);
    for (int repeat = 0; repeat < 2; ++repeat) EXPECT_EQ(run(), alone) << threads << " threads";
  }
  runtime::set_num_threads(before);
}

// Bits written down once. CTest runs this under every REGULUS_ISA; another CPU, compiler or
// instruction set that gives other bits breaks the promise. A change of the arithmetic changes them
// knowingly: then they are written anew, and the changelog says so.
TEST(Determinism, MachinesChangeNothing) {
  const Outcome outcome = run();
  EXPECT_EQ(outcome.weights, "c429c9751aaadb3d2c7bde61f26881976193fa92f22610d58bb90f9980a16b25");
  EXPECT_EQ(outcome.history, "c8a04de62add78c5b7be0f3faab2ada21bc726e746ddb9f65475d455cd52feee");
  EXPECT_EQ(outcome.predictions, "c03a13422baad4d179bc010b059e599551d328895217ea11f5bd1597e989ab9c");
  EXPECT_EQ(outcome.thinned, "d607546e6528f43d1bd04e61207539f40cc71c941b1ee5799845296421e9b89f");
}

}  // namespace
}  // namespace regulus
