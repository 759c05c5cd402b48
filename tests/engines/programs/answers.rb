# Ruby's `=~` on text as Rack hands it over: see tests/engines/worker.py for the lines.
# Ruby 3.1 has no time limit for expressions: whoever asks ends a program that does not answer.
# A text `/x/flags` is a literal, any other is the source of `Regexp.new`.
STDOUT.sync = true
LITERAL = %r{\A/(.+)/([imxounse]*)\z}m
OPTIONS = { 'i' => Regexp::IGNORECASE, 'm' => Regexp::MULTILINE, 'x' => Regexp::EXTENDED }.freeze

def answer(pattern, texts)
  literal = LITERAL.match(pattern)
  options = literal ? literal[2].chars.uniq.sum { |flag| OPTIONS.fetch(flag, 0) } : 0
  expression = Regexp.new(literal ? literal[1] : pattern, options)
  '=' + texts.map { |text| expression =~ text ? 'T' : 'F' }.join
rescue RegexpError, ArgumentError => e
  '!' + e.message.split.join(' ')
end

puts 'ready'
STDIN.each_line do |line|
  _, pattern, *texts = line.chomp.split("\t", -1).map { |field| [field].pack('H*') }
  puts answer(pattern.force_encoding('UTF-8'), texts)
end
