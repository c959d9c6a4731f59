// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/config_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/json.h"

namespace regulus::keras {
namespace {

struct Word {
  std::string_view class_name;  // empty: of any class
  std::string_view key;
  std::string_view now;  // empty: left out
};
constexpr Word kWords[] = {
    {"", "lr", "learning_rate"},
    {"", "jit_compile", ""},
    {"", "is_legacy_optimizer", ""},
    {"LeakyReLU", "alpha", "negative_slope"},
    {"Dense", "input_dim", ""},
    {"", "ema_overwrite_frequency", ""},  // of use_ema, which nobody reads
    {"", "autocast", ""},
    {"ThresholdedReLU", "theta", "threshold"},
    {"", "batch_size", ""},
};

// Members that say nothing at one value, and that regulus does not know at another.
enum class Neutral : std::uint8_t { kAny, kNull, kFalse, kOne };
struct NeutralMember {
  std::string_view class_name;  // empty: of any class; what begins so
  std::string_view key;
  Neutral neutral;
};
constexpr NeutralMember kNeutral[] = {
    {"", "sparse", Neutral::kFalse},
    {"", "ragged", Neutral::kFalse},
    {"", "optional", Neutral::kFalse},
    {"", "time_major", Neutral::kFalse},
    // Keras 2's separable convolutions inherit these from the plain one, and use none.
    {"DepthwiseConv", "groups", Neutral::kOne},
    {"DepthwiseConv", "kernel_initializer", Neutral::kAny},
    {"DepthwiseConv", "kernel_regularizer", Neutral::kNull},
    {"DepthwiseConv", "kernel_constraint", Neutral::kNull},
    {"SeparableConv", "groups", Neutral::kOne},
    {"SeparableConv", "kernel_initializer", Neutral::kAny},
    {"SeparableConv", "kernel_regularizer", Neutral::kNull},
    {"SeparableConv", "kernel_constraint", Neutral::kNull},
    {"Conv2DTranspose", "groups", Neutral::kOne},
    {"Conv1DTranspose", "groups", Neutral::kOne},
    {"BatchNormalization", "fused", Neutral::kAny},  // a kernel of TensorFlow's
    {"BatchNormalization", "virtual_batch_size", Neutral::kNull},
    {"BatchNormalization", "adjustment", Neutral::kNull},
    {"SyncBatchNormalization", "fused", Neutral::kAny},
};

const char* neutral_text(Neutral neutral) {
  return neutral == Neutral::kNull ? "null" : neutral == Neutral::kFalse ? "false" : "1";
}

bool is_neutral(const Value& value, Neutral neutral) {
  if (neutral == Neutral::kAny || value.is_null()) return true;
  return (neutral == Neutral::kFalse && value == Value(false)) ||
         (neutral == Neutral::kOne && value == Value(1));
}

// True for a member to leave out. Throws ConfigError for one that says something.
bool says_nothing(const std::string& class_name, const std::string& key, const Value& value) {
  for (const NeutralMember& member : kNeutral) {
    if (member.key != key || !class_name.starts_with(member.class_name)) continue;
    if (is_neutral(value, member.neutral)) return true;
    throw ConfigError({.where = class_name,
                       .what = key + " must be " + neutral_text(member.neutral) + " here",
                       .found = to_json(value)});
  }
  return false;
}

// Layers whose axis Keras 2 writes as a list of one.
constexpr std::string_view kAxisInList[] = {"BatchNormalization", "BatchNormalizationV1",
                                            "BatchNormalizationV2", "SyncBatchNormalization", "Softmax"};

std::string_view word(const std::string& class_name, std::string_view key) {
  for (const Word& w : kWords)
    if (w.key == key && (w.class_name.empty() || w.class_name == class_name)) return w.now;
  return key;
}

// The shortest decimal that reads back as the same float32, where the double is one.
double decimal(double value) {
  const float rounded = static_cast<float>(value);
  if (static_cast<double>(rounded) != value) return value;
  std::array<char, 64> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), rounded);
  double shortest = value;
  std::from_chars(text.data(), written.ptr, shortest);
  return shortest;
}

Value with_decimals(const Value& value) {
  if (value.is_number() && !value.is_int()) return decimal(value.as_double());
  if (value.is_list()) {
    Value::List list;
    for (const Value& item : value.as_list()) list.push_back(with_decimals(item));
    return list;
  }
  if (value.is_dict()) {
    Value::Dict dict;
    for (const auto& [key, member] : value.as_dict()) dict.emplace_back(key, with_decimals(member));
    return dict;
  }
  return value;
}

constexpr std::string_view kMonteCarlo = "MC";
constexpr std::array<std::string_view, 2> kOwnKeys = {"rate", "seed"};  // of DropConnect, a Dense in Keras

bool is_drop_connect(std::string_view class_name) {
  return class_name == "DropConnect" || class_name == "MCDropConnect";
}

std::string counterpart_class(const std::string& class_name) {
  if (is_drop_connect(class_name)) return "Dense";
  return class_name.starts_with(kMonteCarlo) ? class_name.substr(kMonteCarlo.size()) : class_name;
}

}  // namespace

bool is_keras_module(const std::string& module) {
  for (const std::string_view root : {"keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"})
    if (module.starts_with(root) && (module.size() == root.size() || module[root.size()] == '.')) return true;
  return false;
}

Value translated(const std::string& class_name, const Value& config, Numbers numbers) {
  if (!config.is_dict()) return config;  // whoever reads it says that it must be one
  Value::Dict out;
  for (const auto& [key, member] : config.as_dict()) {
    const std::string_view now = word(class_name, key);
    if (now.empty() || says_nothing(class_name, key, member)) continue;
    const bool in_list =
        key == "axis" && member.is_list() && member.as_list().size() == 1 &&
        std::find(std::begin(kAxisInList), std::end(kAxisInList), class_name) != std::end(kAxisInList);
    const Value& value = in_list ? member.as_list().front() : member;
    out.emplace_back(std::string(now), numbers == Numbers::kRounded ? with_decimals(value) : value);
  }
  return out;
}

Counterpart counterpart(const Layer& layer) {
  Counterpart out{counterpart_class(layer.class_name()), layer.config(), nullptr};
  if (!is_drop_connect(layer.class_name())) return out;
  Value::Dict shared;
  Value::Dict own;
  for (Value::Member& member : Value::Dict(out.config.as_dict())) {
    const bool is_own = std::find(kOwnKeys.begin(), kOwnKeys.end(), member.first) != kOwnKeys.end();
    (is_own ? own : shared).push_back(std::move(member));
  }
  out.config = std::move(shared);
  out.own_config = std::move(own);
  return out;
}

bool is_counterpart(const std::string& class_name, const std::string& own_class) {
  return own_class != class_name && counterpart_class(own_class) == class_name;
}

}  // namespace regulus::keras
