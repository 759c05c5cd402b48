<?php
// PHP's `preg_match`, delimiters and flags included: see tests/engines/worker.py for the lines.
const GIVE_UP_AFTER = 2;

function answer(string $pattern, array $texts): string
{
    $found = '=';
    foreach ($texts as $text) {
        if (substr_count($found, '?') === GIVE_UP_AFTER) {
            $found .= '?';
            continue;
        }
        error_clear_last();
        $result = @preg_match($pattern, $text);
        $error = error_get_last();
        if ($result === false && $error !== null) {
            return '!' . preg_replace('/\s+/', ' ', $error['message']);
        }
        $found .= $result === false ? '?' : ($result === 1 ? 'T' : 'F');
    }
    return $found;
}

echo "ready\n";
while (($line = fgets(STDIN)) !== false) {
    $fields = explode("\t", rtrim($line, "\n"));
    $texts = array_map('hex2bin', array_slice($fields, 2));
    echo answer(hex2bin($fields[1]), $texts), "\n";
}
