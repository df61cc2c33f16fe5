// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/messages.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "isa/error.h"

namespace bmemu::harness {

Messages::Messages(std::ostream& err)
    : logger_(std::make_shared<spdlog::logger>("bmemu", std::make_shared<spdlog::sinks::ostream_sink_mt>(err, true))) {
  logger_->set_pattern("bmemu: %v");
  logger_->set_level(spdlog::level::info);
}

void Messages::warn(const std::string& text) const { logger_->warn("warning: {}", text); }
void Messages::note(const std::string& text) const { logger_->info("{}", text); }
void Messages::debug(const std::string& text) const { logger_->debug("{}", text); }

void Messages::set_level(const std::string& level) {
  if (level == "debug")
    logger_->set_level(spdlog::level::debug);
  else if (level == "note")
    logger_->set_level(spdlog::level::info);
  else if (level == "warning")
    logger_->set_level(spdlog::level::warn);
  else
    logger_->set_level(spdlog::level::off);
}

bool Messages::are_notes_shown() const { return logger_->should_log(spdlog::level::info); }

}  // namespace bmemu::harness
