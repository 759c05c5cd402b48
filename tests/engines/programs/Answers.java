// java.util.regex, `matches` and `find`: see tests/engines/worker.py for the lines.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Answers {
    private static final int READS = 2_000_000;
    private static final int GIVE_UP_AFTER = 2;

    /** The engine has no limit of its own: this text ends a search that reads it too often. */
    private static final class Limited implements CharSequence {
        private final String text;
        private int left = READS;

        Limited(String text) {
            this.text = text;
        }

        public char charAt(int index) {
            if (--left < 0) {
                throw new IllegalStateException("read too often");
            }
            return text.charAt(index);
        }

        public int length() {
            return text.length();
        }

        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        public String toString() {
            return text;
        }
    }

    private static String answer(boolean full, String source, String[] fields) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(source);
        } catch (RuntimeException | StackOverflowError error) {
            return "!" + String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
        }
        StringBuilder found = new StringBuilder("=");
        int givenUp = 0;
        for (int at = 2; at < fields.length; at++) {
            char letter = '?';
            if (givenUp < GIVE_UP_AFTER) {
                try {
                    Matcher matcher = pattern.matcher(new Limited(text(fields[at])));
                    letter = (full ? matcher.matches() : matcher.find()) ? 'T' : 'F';
                } catch (IllegalStateException | StackOverflowError error) {
                    givenUp++;
                }
            }
            found.append(letter);
        }
        return found.toString();
    }

    private static String text(String field) {
        return new String(HexFormat.of().parseHex(field), StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] fields = line.split("\t", -1);
            out.println(answer(fields[0].equals("java-full"), text(fields[1]), fields));
        }
    }
}
