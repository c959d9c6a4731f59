// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/progress.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <regex>
#include <sstream>

#include "support/toy.h"

namespace regulus {
namespace {

TEST(Progress, NumbersLookLikeKeras) {
  EXPECT_EQ(progress_number(0.77021), "0.7702");
  EXPECT_EQ(progress_number(12.5), "12.5000");
  EXPECT_EQ(progress_number(0.00012345), "1.2345e-04");
  EXPECT_EQ(progress_number(0), "0.0000");
}

TEST(Progress, TimesAreShort) {
  EXPECT_EQ(step_time(312e-6), "312us");
  EXPECT_EQ(step_time(0.005), "5ms");
  EXPECT_EQ(step_time(2.0), "2s");
  EXPECT_EQ(clock_time(0.4), "0s");
  EXPECT_EQ(clock_time(65), "1:05");
  EXPECT_EQ(clock_time(3665), "1:01:05");
}

std::string fit_log(Verbose verbose, Sequential& model) {
  std::ostringstream log;
  model.fit(testing::toy_data(),
            {.epochs = 2, .verbose = verbose, .validation_data = testing::toy_data(40, 2), .log = &log});
  return log.str();
}

TEST(Progress, OneLineAnEpochWhereNobodyWatches) {
  Sequential model = testing::toy_model();
  const std::regex lines(
      "Epoch 1/2 - 5/5 - \\d+s - \\d+[um]s/step - accuracy: 0\\.\\d{4} - loss: \\d\\.\\d{4} - data_loss: "
      "\\d\\.\\d{4} - penalty: 0\\.\\d{4} - val_accuracy: 0\\.\\d{4} - val_loss: \\d\\.\\d{4} - "
      "val_data_loss: \\d\\.\\d{4} - val_penalty: 0\\.\\d{4}\n"
      "Epoch 2/2 - 5/5 - .*\n");
  const std::string log = fit_log("auto", model);
  EXPECT_TRUE(std::regex_match(log, lines)) << log;
  EXPECT_EQ(log.find('\r'), std::string::npos);
  EXPECT_EQ(log.find('\x1b'), std::string::npos);
}

TEST(Progress, PartsOfTheLossOnlyWhereSomethingIsRegularised) {
  Sequential model({Dense({.units = 4, .activation = "softmax"})});
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  const std::string log = fit_log(2, model);
  EXPECT_EQ(log.find("penalty"), std::string::npos) << log;
  EXPECT_NE(log.find(" - loss: "), std::string::npos) << log;
}

TEST(Progress, BarInAFileHasNoControlCharacters) {
  Sequential model = testing::toy_model();
  const std::string log = fit_log(1, model);
  EXPECT_TRUE(
      std::regex_search(log, std::regex("^Epoch 1/2\n5/5 (━|=){20} \\d+s \\d+[um]?s/step - accuracy")))
      << log;
  EXPECT_EQ(log.find('\r'), std::string::npos);
  EXPECT_EQ(log.find('\x1b'), std::string::npos);
}

// A terminal of 60 columns: what is redrawn never wraps, what stays is whole.
TEST(Progress, RedrawnLinesFitTheTerminal) {
  std::ostringstream out;
  ProgbarLogger::Clock::time_point now;  // a clock that the test turns
  ProgbarLogger bar(out, {.bar = true, .redraw = true, .utf8 = true, .colour = false, .columns = 60},
                    [&now] { return now; });
  bar.set_params({.epochs = 1, .initial_epoch = 0, .steps = 1000, .samples = 32000, .has_penalty = false});
  Logs logs;
  logs.set("sparse_top_k_categorical_accuracy", 0.5);
  logs.set("loss", 1.25);
  bar.on_epoch_begin(0);
  for (int i = 0; i < 400; ++i) {
    now += std::chrono::milliseconds(5);
    bar.on_train_batch_end(i, logs);
  }
  bar.on_epoch_end(0, logs);
  const std::string text = out.str();
  // Nothing wraps within a word, and a training that was stopped does not claim to have ended.
  EXPECT_TRUE(std::regex_search(text, std::regex("\r 400/1000 (?:━){8}(?:─){12} 2s 5ms/step\x1b\\[K\n"
                                                 "    sparse_top_k_categorical_accuracy: 0.5000\x1b\\[K\n"
                                                 "    loss: 1.2500\x1b\\[K\n$")))
      << text;
  std::size_t redraws = 0;
  for (std::size_t at = text.find('\r'); at != std::string::npos; ++redraws) {
    const std::size_t next = text.find('\r', at + 1);
    if (next == std::string::npos) break;
    int columns = 0;
    for (std::size_t i = at + 1; i < next - 3; ++i)
      columns += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    EXPECT_LT(columns, 60);
    at = next;
  }
  EXPECT_EQ(redraws, 20u);  // ten a second, for two seconds
}

TEST(Progress, WritesToStandardOutputUnlessToldElsewhere) {
  std::ostringstream log;
  EXPECT_EQ(&progress_stream(&log), &log);
  EXPECT_EQ(&progress_stream(nullptr), &std::cout);
}

TEST(Progress, SilentMeansSilent) {
  Sequential model = testing::toy_model();
  EXPECT_EQ(fit_log(0, model), "");
}

}  // namespace
}  // namespace regulus
