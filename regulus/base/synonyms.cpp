// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/synonyms.h"

#include <utility>

namespace regulus {
namespace {

struct Pair {
  std::string_view word;   // lower case, without _ and -
  std::string_view meant;  // likewise
};

// A word may stand for several things of different kinds: a metric and a loss, a command and an option.
constexpr Pair kPairs[] = {
    // metrics and losses
    {"rmse", "rootmeansquarederror"},
    {"l2loss", "meansquarederror"},
    {"l1loss", "meanabsoluteerror"},
    {"auc", "auc"},
    {"auroc", "auc"},
    {"rocauc", "auc"},
    {"f1", "f1score"},
    {"r2", "r2score"},
    {"precision", "precision"},
    {"recall", "recall"},
    {"top5", "sparsetopkcategoricalaccuracy"},
    {"topk", "sparsetopkcategoricalaccuracy"},
    {"logloss", "binarycrossentropy"},
    {"nll", "sparsecategoricalcrossentropy"},
    {"nllloss", "sparsecategoricalcrossentropy"},
    {"crossentropy", "sparsecategoricalcrossentropy"},
    {"crossentropyloss", "sparsecategoricalcrossentropy"},
    // activations
    {"swish", "silu"},
    {"logistic", "sigmoid"},
    {"identity", "linear"},
    {"none", "linear"},
    {"lrelu", "leakyrelu"},
    // initializers
    {"xavier", "glorotuniform"},
    {"xavieruniform", "glorotuniform"},
    {"xaviernormal", "glorotnormal"},
    {"kaiming", "henormal"},
    {"kaimingnormal", "henormal"},
    {"kaiminguniform", "heuniform"},
    {"he", "henormal"},
    {"glorot", "glorotuniform"},
    {"lecun", "lecunnormal"},
    {"normal", "randomnormal"},
    {"uniform", "randomuniform"},
    // layers
    {"linear", "dense"},
    {"fullyconnected", "dense"},
    {"fc", "dense"},
    {"batchnorm", "batchnormalization"},
    {"batchnorm1d", "batchnormalization"},
    {"batchnorm2d", "batchnormalization"},
    {"layernorm", "layernormalization"},
    {"dropout1d", "spatialdropout1d"},
    {"dropout2d", "spatialdropout2d"},
    // commands
    {"eval", "evaluate"},
    {"test", "evaluate"},
    {"score", "evaluate"},
    {"infer", "predict"},
    {"inference", "predict"},
    {"run", "predict"},
    {"show", "inspect"},
    {"summary", "inspect"},
    {"info", "inspect"},
    {"export", "convert"},
    {"save", "convert"},
    {"fit", "train"},
    {"check", "verify"},
    {"benchmark", "bench"},
    {"demo", "notebook"},
    // options
    {"lr", "learningrate"},
    {"bs", "batchsize"},
    {"batch", "batchsize"},
    {"dropout", "rate"},
    {"out", "output"},
    {"outfile", "output"},
    {"outputfile", "output"},
    {"samples", "mc"},
    {"mcsamples", "mc"},
    {"passes", "mc"},
    {"delimiter", "separator"},
    {"sep", "separator"},
    {"delim", "separator"},
    {"target", "labels"},
    {"targets", "labels"},
    {"label", "labels"},
    {"y", "labels"},
    {"features", "columns"},
    {"usecols", "columns"},
    {"exclude", "drop"},
    {"navalues", "missing"},
    {"overwrite", "force"},
    {"yes", "force"},
    {"randomseed", "seed"},
    {"randomstate", "seed"},
    {"jobs", "threads"},
    {"numthreads", "threads"},
    {"workers", "threads"},
    {"silent", "quiet"},
    {"rescale", "scale"},
    {"rescaling", "scale"},
    {"normalize", "normalization"},
    {"valid", "validation"},
    {"val", "validation"},
    {"datadir", "data"},
};

// As the table spells words.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '_' && c != '-' && c != ' ') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

constexpr std::size_t kLongest = 40;

}  // namespace

Synonyms synonyms(std::string_view word, std::span<const std::string_view> names) {
  if (word.size() > kLongest) return {};
  const std::string spelled = plain(word);
  const auto named = [&](std::string_view meant) {
    for (const std::string_view name : names)
      if (name.size() <= kLongest && plain(name) == meant) return std::string(name);
    return std::string();
  };
  if (std::string same = named(spelled); !same.empty()) return {true, std::move(same)};
  Synonyms found;
  for (const Pair& pair : kPairs) {
    if (pair.word != spelled) continue;
    found.known = true;
    if (found.meant.empty()) found.meant = named(pair.meant);
  }
  return found;
}

}  // namespace regulus
