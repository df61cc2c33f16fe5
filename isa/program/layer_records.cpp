// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The streaming parser of tensor_location.json: a file of a large network has tens of megabytes, of which a few names
// and numbers are wanted.
#include <fmt/format.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "isa/error.h"
#include "isa/program/layer_map.h"

namespace bmemu::isa {
namespace {

/// What the parser is inside of. `kOther` is everything that is skipped.
enum class Level : std::uint8_t { kFile, kRecord, kIds, kTensors, kTensor, kOther };
enum class Key : std::uint8_t { kOther, kSubnet, kOpcode, kBefore, kAfter, kOperands, kResults, kLocal };

[[noreturn]] void bad_field(std::size_t record, const char* field, std::string value, std::string legal) {
  throw Error({"E-LAYERS-FIELD", fmt::format("record {} field {}", record, field), std::move(value), std::move(legal),
               "a record of the layer map is not usable"});
}

Key key_of(const std::string& key) {
  static constexpr std::pair<std::string_view, Key> kKeys[] = {
      {"subnet_id", Key::kSubnet},        {"opcode", Key::kOpcode},     {"tiu_dma_id(before)", Key::kBefore},
      {"tiu_dma_id(after)", Key::kAfter}, {"operands", Key::kOperands}, {"results", Key::kResults},
      {"is_local", Key::kLocal}};
  for (const auto& [name, value] : kKeys)
    if (name == key) return value;
  return Key::kOther;
}

/// The text of a tensor that a key announces; null for others.
std::string LayerTensorText::*tensor_text(const std::string& key) {
  static constexpr std::pair<std::string_view, std::string LayerTensorText::*> kTexts[] = {
      {"name", &LayerTensorText::name},       {"layout", &LayerTensorText::layout},
      {"reshape", &LayerTensorText::reshape}, {"memory_type", &LayerTensorText::memory_type},
      {"slice", &LayerTensorText::slice},     {"type", &LayerTensorText::type}};
  for (const auto& [name, text] : kTexts)
    if (name == key) return text;
  return nullptr;
}

class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<LayerRecord> take() { return std::move(records_); }

  bool start_array(std::size_t) override {
    if (skipped_ != 0) return ++skipped_, true;
    switch (level_) {
      case Level::kOther: level_ = Level::kFile; return true;
      case Level::kRecord:
        if (key_ == Key::kBefore || key_ == Key::kAfter) return count_ = 0, level_ = Level::kIds, true;
        if (key_ == Key::kOperands || key_ == Key::kResults) return level_ = Level::kTensors, true;
        break;
      case Level::kFile: wrong("an array", "an object for each operator");
      default: break;
    }
    return ++skipped_, true;
  }

  bool end_array() override {
    if (skipped_ != 0) return --skipped_, true;
    if (level_ == Level::kIds && count_ != 2) wrong(fmt::format("{} ids", count_), "two ids: TIU, GDMA");
    if (level_ == Level::kIds) (key_ == Key::kBefore ? have_before_ : have_after_) = true;
    level_ = level_ == Level::kFile ? Level::kOther : Level::kRecord;
    return true;
  }

  bool start_object(std::size_t) override {
    if (skipped_ != 0) return ++skipped_, true;
    switch (level_) {
      case Level::kFile: begin_record(); return true;
      case Level::kTensors:
        level_ = Level::kTensor;
        tensor_ = {};
        return true;
      case Level::kOther: wrong("an object", "an array of records");
      default: return ++skipped_, true;
    }
  }

  bool end_object() override {
    if (skipped_ != 0) return --skipped_, true;
    if (level_ == Level::kTensor) return end_tensor();
    end_record();
    level_ = Level::kFile;
    return true;
  }

  bool key(string_t& name) override {
    if (skipped_ != 0) return true;
    if (level_ == Level::kRecord) key_ = key_of(name);
    if (level_ == Level::kTensor) text_ = tensor_text(name);
    if (level_ == Level::kTensor) address_follows_ = name == "address";
    return true;
  }

  bool string(string_t& text) override {
    if (skipped_ != 0) return true;
    if (level_ == Level::kRecord && key_ == Key::kOpcode) {
      records_.back().kind = std::move(text);
    } else if (level_ == Level::kTensor && text_ != nullptr) {
      tensor_.*text_ = std::move(text);
    } else {
      return scalar();
    }
    return true;
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (skipped_ != 0) return true;
    if (level_ == Level::kIds) {
      if (value > std::numeric_limits<std::uint32_t>::max()) wrong(fmt::format("id {}", value), "0..4294967295");
      if (count_ < 2) (key_ == Key::kBefore ? before_ : after_)[count_] = static_cast<std::uint32_t>(value);
      ++count_;
      return true;
    }
    if (level_ == Level::kRecord && key_ == Key::kSubnet) return set_subnet(static_cast<std::int64_t>(value));
    if (level_ == Level::kTensor && address_follows_) return tensor_.address = value, true;
    return scalar();
  }

  bool number_integer(number_integer_t value) override {
    if (skipped_ == 0 && level_ == Level::kRecord && key_ == Key::kSubnet) return set_subnet(value);
    return scalar();
  }
  bool number_float(number_float_t, const string_t&) override { return scalar(); }
  bool boolean(bool value) override {
    if (skipped_ == 0 && level_ == Level::kRecord && key_ == Key::kLocal) records_.back().is_local = value;
    return scalar();
  }
  bool null() override { return scalar(); }
  bool binary(binary_t&) override { return scalar(); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
    throw Error({"E-LAYERS-JSON", fmt::format("byte {}", position), fmt::format("{:.200}", error.what()), "JSON text",
                 "the layer map is not JSON"});
  }

 private:
  [[noreturn]] void wrong(std::string value, std::string legal) const {
    throw Error({"E-LAYERS-JSON", fmt::format("record {}", records_.size()), std::move(value), std::move(legal),
                 "the layer map does not have the shape of a tensor_location.json"});
  }

  /// A scalar where none is wanted.
  bool scalar() const {
    if (skipped_ == 0 && (level_ == Level::kFile || level_ == Level::kOther || level_ == Level::kIds))
      wrong("a single value", level_ == Level::kIds ? "ids that are not negative" : "an array of records");
    return true;
  }

  bool set_subnet(std::int64_t value) {
    records_.back().subnet = value;
    have_subnet_ = true;
    return true;
  }

  bool end_tensor() {
    level_ = Level::kTensors;
    std::string& wanted = key_ == Key::kResults ? result_ : operand_;
    if (wanted.empty()) wanted = tensor_.name;
    LayerRecord& record = records_.back();
    if (key_ == Key::kResults)
      if (auto tensor = layer_tensor(tensor_)) record.results.push_back(std::move(*tensor));
    if (!tensor_.name.empty())
      (key_ == Key::kResults ? record.result_texts : record.operand_texts).push_back(std::move(tensor_));
    return true;
  }

  void begin_record() {
    level_ = Level::kRecord;
    records_.emplace_back();
    operand_.clear();
    result_.clear();
    have_subnet_ = have_before_ = have_after_ = false;
  }

  void end_record() {
    LayerRecord& record = records_.back();
    const std::size_t index = records_.size() - 1;
    if (!have_subnet_) bad_field(index, "subnet_id", "nothing", "a number");
    if (record.kind.empty()) bad_field(index, "opcode", "nothing", "the operator's kind");
    if (!have_before_) bad_field(index, "tiu_dma_id(before)", "nothing", "two ids: TIU, GDMA");
    if (!have_after_) bad_field(index, "tiu_dma_id(after)", "nothing", "two ids: TIU, GDMA");
    if (after_[0] < before_[0] || after_[1] < before_[1])
      bad_field(index, "tiu_dma_id(after)", fmt::format("{}, {}", after_[0], after_[1]),
                fmt::format("at least {}, {}", before_[0], before_[1]));
    record.name = std::move(!result_.empty() ? result_ : operand_);
    if (record.name.empty()) bad_field(index, "results", "no name", "a named result or operand");
    record.tiu_before = before_[0];
    record.tiu_after = after_[0];
    record.gdma_before = before_[1];
    record.gdma_after = after_[1];
  }

  std::vector<LayerRecord> records_;
  Level level_ = Level::kOther;
  std::size_t skipped_ = 0;  ///< depth inside of something that is not wanted
  Key key_ = Key::kOther;    ///< latest of the record
  LayerTensorText tensor_;
  std::string LayerTensorText::*text_ = nullptr;  ///< that the next string belongs to
  bool address_follows_ = false;
  std::size_t count_ = 0;
  std::array<std::uint32_t, 2> before_{};
  std::array<std::uint32_t, 2> after_{};
  std::string operand_;
  std::string result_;
  bool have_subnet_ = false, have_before_ = false, have_after_ = false;
};

}  // namespace

std::vector<LayerRecord> parse_layer_records(ByteView json) {
  Handler handler;
  const char* text = reinterpret_cast<const char*>(json.data);
  nlohmann::json::sax_parse(text, text + json.size, &handler);
  return handler.take();
}

}  // namespace bmemu::isa
