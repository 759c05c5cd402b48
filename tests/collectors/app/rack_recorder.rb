# Records what rack-cors answers: `ruby rack_recorder.rb < questions > answers`.
# Run where rack and rack-cors are installed; see test_rack.py, which makes the questions.
require "json"
require "rack"
require "rack/mock"
require "rack/cors"

# Releases before 2.0.0 do not say their version.
NAMED = Rack::Cors.const_defined?(:VERSION)
VERSION = NAMED ? Rack::Cors::VERSION : Gem::Specification.find_by_name("rack-cors").version.to_s

def origins_of(entries)
  entries.map { |text| text.start_with?("re:") ? Regexp.new(text[3..]) : text }
end

def build(allows)
  inner = ->(_env) { [200, {}, ["ok"]] }
  Rack::Cors.new(inner) do
    allows.each do |given|
      allow do
        given["origins"] == true ? origins { true } : origins(*origins_of(given["origins"]))
        options = given["options"].transform_keys(&:to_sym)
        %i[headers methods].each { |key| options[key] = :any if options[key] == ":any" }
        resource given["path"], **options
      end
    end
  end
end

def ask(app, question)
  env = Rack::MockRequest.env_for(question["path"] || "/", method: question["method"])
  question["headers"].each { |name, value| env["HTTP_#{name.upcase.tr("-", "_")}"] = value }
  status, headers, = app.call(env)
  kept = headers.map { |name, value| [name.downcase, value] }
  kept.select! { |name, _| name == "vary" || name.start_with?("access-control-") }
  { status: status, headers: kept }
end

$stdin.each_line do |text|
  record = JSON.parse(text)
  app = build(record["allows"])
  answers = record["questions"].map { |question| ask(app, question) }
  puts JSON.generate(name: record["name"], version: VERSION, answers: answers)
end
