// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

namespace regulus::runtime {
namespace {

// Sets a variable for one test and puts the old state back.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = ::getenv(name)) old_ = old, was_set_ = true;
    if (value != nullptr)
      ::setenv(name, value, 1);
    else
      ::unsetenv(name);
  }
  ~Variable() { was_set_ ? ::setenv(name_, old_.c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::string old_;
  bool was_set_ = false;
};

TEST(Terminal, AFileIsNone) {
  const int file = ::open("/dev/null", O_WRONLY);
  ASSERT_GE(file, 0);
  EXPECT_FALSE(is_terminal(file));
  EXPECT_EQ(terminal_columns(file), 80);
  ::close(file);
}

TEST(Terminal, APseudoTerminalIsOneUnlessItIsDumb) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || !::isatty(terminal)) GTEST_SKIP() << "no pseudo-terminal to be had here";
  {
    const Variable term("TERM", "xterm");
    EXPECT_TRUE(is_terminal(terminal));
  }
  for (const char* none : {"dumb", static_cast<const char*>(nullptr)}) {
    const Variable term("TERM", none);
    EXPECT_FALSE(is_terminal(terminal));
  }
  ::close(terminal);
}

TEST(Terminal, TheFirstLocaleVariableThatIsSetDecides) {
  const Variable all("LC_ALL", nullptr);
  const Variable ctype("LC_CTYPE", nullptr);
  const Variable lang("LANG", "de_DE.UTF-8");
  EXPECT_TRUE(has_utf8_locale());
  const Variable posix("LC_CTYPE", "C");
  EXPECT_FALSE(has_utf8_locale());
  const Variable first("LC_ALL", "en_US.utf8");
  EXPECT_TRUE(has_utf8_locale());
}

TEST(Terminal, NoColorMeansNoColour) {
  {
    const Variable no_color("NO_COLOR", nullptr);
    EXPECT_TRUE(colour_wanted());
  }
  const Variable no_color("NO_COLOR", "1");
  EXPECT_FALSE(colour_wanted());
}

}  // namespace
}  // namespace regulus::runtime
