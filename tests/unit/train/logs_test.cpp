// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/logs.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "support/golden.h"

namespace regulus {
namespace {

TEST(Logs, KeepTheirOrderAndSetInPlace) {
  Logs logs;
  logs.set("accuracy", 0.5);
  logs.set("loss", 2);
  logs.set("accuracy", 0.75);
  ASSERT_EQ(logs.entries().size(), 2u);
  EXPECT_EQ(logs.entries()[0].first, "accuracy");
  EXPECT_EQ(logs["accuracy"], 0.75);
  EXPECT_TRUE(logs.contains("loss"));
  EXPECT_FALSE(logs.contains("val_loss"));
}

TEST(Logs, NameTheNearestForATypo) {
  Logs logs;
  logs.set("accuracy", 0.5);
  testing::expect_error<ConfigError>([&] { (void)logs["acuracy"]; },
                                     "logs: \"acuracy\" was not logged. Did you mean \"accuracy\"?");
}

TEST(History, CollectsOneValueAnEpoch) {
  History history;
  Logs logs;
  logs.set("loss", 2);
  history.append(0, logs, 0.5);
  logs.set("loss", 1);
  history.append(1, logs, 0.25);
  EXPECT_EQ(history["loss"], (std::vector<double>{2, 1}));
  EXPECT_EQ(history.epoch(), (std::vector<int>{0, 1}));
  EXPECT_EQ(history.seconds(), (std::vector<double>{0.5, 0.25}));
  EXPECT_EQ(history.names(), (std::vector<std::string>{"loss"}));
  testing::expect_error<ConfigError>([&] { (void)history["los"]; },
                                     "history: \"los\" was not logged. Did you mean \"loss\"?");
}

}  // namespace
}  // namespace regulus
