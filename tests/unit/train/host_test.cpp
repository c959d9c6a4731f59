// SPDX-License-Identifier: Apache-2.0
// What a program around the library may do: fork, change the floating-point mode, choose a locale.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cfenv>
#include <locale>
#include <sstream>
#include <thread>

#include "regulus/runtime/team.h"
#include "regulus/train/lambda_callback.h"
#include "regulus/train/predictor.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::kToyClasses;
using testing::kToyFeatures;
using testing::toy_data;
using testing::toy_model;

// True if body, run in a child process, returns true. A child that hangs is ended with its test.
template <class Body>
bool child_does(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool done = false;
    try {
      done = body();
    } catch (...) {
    }
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class Forks : public ::testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the thread sanitizer ends children of processes with threads";
#endif
    runtime::set_num_threads(3);
  }
  void TearDown() override {
    runtime::set_num_threads(runtime::default_num_threads());
  }
};

TEST_F(Forks, ChildrenGetATeamOfTheirOwn) {
  Sequential model = toy_model();
  const Dataset data = toy_data(700);
  const Tensor wanted = model.predict(data);
  const McPrediction samples = model.predict_mc(data, {.samples = 3});
  EXPECT_TRUE(child_does([&] { return model.predict(data) == wanted; }));
  EXPECT_TRUE(child_does([&] { return model.predict(data.slice(0, 1)) == wanted.slice(0, 1); }));
  EXPECT_TRUE(child_does([&] { return model.predict_mc(data, {.samples = 3}).mean == samples.mean; }));
  EXPECT_TRUE(child_does([&] { return runtime::num_threads() == 3; }));
  EXPECT_TRUE(child_does([&] {
    runtime::set_num_threads(2);
    return model.predict(data) == wanted;
  }));
  // A child's child.
  EXPECT_TRUE(child_does([&] {
    return model.predict(data) == wanted && child_does([&] { return model.predict(data) == wanted; });
  }));
  Sequential other = toy_model();
  other.fit(data, {.verbose = 0});
  EXPECT_TRUE(child_does([&] {
    model.fit(data, {.verbose = 0});
    return model.weights_sha256() == other.weights_sha256();
  }));
  EXPECT_EQ(model.predict(data), wanted);
}

TEST_F(Forks, AChildMayEndAsAnyProgramDoes) {
  Sequential model = toy_model();
  model.predict(toy_data(700));
  const pid_t child = ::fork();
  if (child == 0) std::exit(0);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
}

TEST_F(Forks, AChildForkedInACallbackTrainsOn) {
  const Dataset data = toy_data(300);
  Sequential wanted = toy_model();
  wanted.fit(data, {.epochs = 2, .verbose = 0});
  Sequential model = toy_model();
  pid_t child = -1;
  model.fit(
      data,
      {.epochs = 2, .verbose = 0, .callbacks = {LambdaCallback({.on_epoch_end = [&](int epoch, const Logs&) {
                                    if (epoch == 0) child = ::fork();
                                  }})}});
  const bool same = model.weights_sha256() == wanted.weights_sha256();
  if (child == 0) ::_exit(same ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(same);
}

// Locks of threads that do not come along must not stay taken.
TEST_F(Forks, OtherThreadsMayPredictMeanwhile) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer's own locks stay taken in children";
#endif
  const Sequential model = toy_model();
  const Dataset data = toy_data(40);
  const Tensor wanted = model.predict(data);
  std::atomic<bool> enough = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t)
    threads.emplace_back([&] {
      while (!enough) {
        model.predict(data.slice(0, 1));
        toy_model().predict(data);
      }
    });
  int good = 0;
  for (int i = 0; i < 30; ++i) good += child_does([&] { return model.predict(data) == wanted; });
  enough = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 30);
}

/// The modes that programs set: rounding, and on x86 flushing to zero.
struct Mode {
  const char* name;
  int rounding;
  bool flush;
};
constexpr Mode kModes[] = {{"upward", FE_UPWARD, false}, {"to zero and flushing", FE_TOWARDZERO, true}};

class HostMode {
 public:
  explicit HostMode(const Mode& mode) {
    std::fegetenv(&before_);
    std::fesetround(mode.rounding);
#if defined(__x86_64__)
    if (mode.flush) __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
    set_ = __builtin_ia32_stmxcsr() & 0xffc0u;
#endif
  }
  ~HostMode() {
    std::fesetenv(&before_);
  }
  HostMode(const HostMode&) = delete;
  HostMode& operator=(const HostMode&) = delete;
  bool is_kept(const Mode& mode) const {
#if defined(__x86_64__)
    if ((__builtin_ia32_stmxcsr() & 0xffc0u) != set_) return false;
#endif
    return std::fegetround() == mode.rounding;
  }

 private:
  std::fenv_t before_;
#if defined(__x86_64__)
  unsigned set_ = 0;
#endif
};

// Products that are denormal: what flushing would make zero.
Sequential small_model() {
  return Sequential({Dense({.units = 16,
                            .use_bias = false,
                            .kernel_initializer = initializers::Constant(1e-20),
                            .input_shape = {8}})});
}

TEST(HostModes, ChangeNoBit) {
  const Dataset data = toy_data(500);
  Tensor tiny(Shape{960, 8});
  for (std::int64_t i = 0; i < tiny.size(); ++i) tiny.data()[i] = 1e-20f * static_cast<float>(i % 7 + 1);
  const Tensor denormal = small_model().predict(tiny);
  ASSERT_GT(denormal.at({1, 0}), 0);
  Sequential wanted = toy_model();
  wanted.fit(data, {.epochs = 1, .verbose = 0});
  const Tensor prediction = wanted.predict(data);
  const Tensor mean = wanted.predict_mc(data, {.samples = 3}).mean;
  const double loss = wanted.evaluate(data)["loss"];
  for (const Mode& mode : kModes)
    for (const int threads : {1, 3}) {
      runtime::set_num_threads(threads);
      const HostMode host(mode);
      EXPECT_TRUE(small_model().predict(tiny) == denormal) << mode.name << threads;
      Sequential model = toy_model();
      model.fit(data, {.epochs = 1, .verbose = 0});
      EXPECT_EQ(model.weights_sha256(), wanted.weights_sha256()) << mode.name << threads;
      EXPECT_TRUE(model.predict(data) == prediction) << mode.name;
      EXPECT_TRUE(model.predict_mc(data, {.samples = 3}).mean == mean) << mode.name;
      EXPECT_EQ(model.evaluate(data)["loss"], loss) << mode.name;
      Predictor predictor(model);
      Tensor one(Shape{1, kToyClasses});
      predictor.predict(std::span(data.view().floats, kToyFeatures), {one.data(), kToyClasses});
      EXPECT_TRUE(one == prediction.slice(0, 1)) << mode.name;
      EXPECT_TRUE(host.is_kept(mode)) << mode.name;
    }
  runtime::set_num_threads(runtime::default_num_threads());
}

TEST(HostModes, ACallbacksModeEndsWithIt) {
  const Dataset data = toy_data(300);
  Sequential wanted = toy_model();
  wanted.fit(data, {.epochs = 2, .verbose = 0});
  Sequential model = toy_model();
  model.fit(
      data,
      {.epochs = 2, .verbose = 0, .callbacks = {LambdaCallback({.on_train_batch_begin = [](std::int64_t) {
                                    std::fesetround(FE_UPWARD);
                                  }})}});
  EXPECT_EQ(model.weights_sha256(), wanted.weights_sha256());
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
}

// Decimal comma and points between thousands.
class Grouping : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

std::string texts() {
  std::ostringstream log;
  Sequential model({Dense({.units = 4, .activation = "softmax", .input_shape = {testing::kToyFeatures}})},
                   {.name = "m", .seed = 1});
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  const Dataset data = toy_data(1500);
  model.fit(data, {.epochs = 1235, .verbose = 2, .initial_epoch = 1234, .log = &log});
  std::string text = log.str();
  text = text.substr(0, text.find(" - ")) + text.substr(text.find("loss"));  // without the times
  text += model.summary() + to_string(Tensor(Shape{2}, {1234.5f, 0.001f}));
  ProfileReport report;
  report.seconds = 1234.5;
  text += profile_table(report);
  try {
    Dense({.units = 1, .kernel_regularizer = l2(-0.5)});
  } catch (const Error& error) {
    text += error.what();
  }
  return text;
}

TEST(Locales, ChangeNoText) {
  const std::string wanted = texts();
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Grouping));
  const std::string found = texts();
  std::locale::global(before);
  EXPECT_EQ(found, wanted);
}

}  // namespace
}  // namespace regulus
