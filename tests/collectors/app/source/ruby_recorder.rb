# Records what rackup files answer: `ruby ruby_recorder.rb < questions > answers`.
# Run where rack and rack-cors are installed; see test_ruby_recorded.py, which makes the questions.
require "json"
require "rack"
require "rack/mock"
require "rack/cors"

# Releases before 2.0.0 do not say their version.
NAMED = Rack::Cors.const_defined?(:VERSION)
VERSION = NAMED ? Rack::Cors::VERSION : Gem::Specification.find_by_name("rack-cors").version.to_s

def ask(app, question)
  env = Rack::MockRequest.env_for(question["path"], method: question["method"])
  question["headers"].each { |name, value| env["HTTP_#{name.upcase.tr("-", "_")}"] = value }
  status, headers, = app.call(env)
  kept = headers.map { |name, value| [name.downcase, value] }
  kept.select! { |name, _| name == "vary" || name.start_with?("access-control-") }
  { status: status, headers: kept }
end

$stdin.each_line do |text|
  record = JSON.parse(text)
  ENV.update(record["environment"])
  Object.send(:remove_const, :LIST) if Object.const_defined?(:LIST)
  app, = Rack::Builder.new_from_string(record["source"])
  answers = record["questions"].map { |question| ask(app, question) }
  puts JSON.generate(name: record["name"], version: VERSION, answers: answers)
end
