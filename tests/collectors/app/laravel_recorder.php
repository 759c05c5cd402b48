<?php
// Records what fruitcake/php-cors answers, asked as Laravel's HandleCors asks it:
// `php laravel_recorder.php vendor/autoload.php VERSION < questions > answers`.
// Run where fruitcake/php-cors is installed; see test_laravel.py, which makes the questions.
// VERSION is the release of Laravel that the answers stand for.

require $argv[1];

use Fruitcake\Cors\CorsService;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;

function answer(CorsService $cors, Request $request): Response
{
    if ($cors->isPreflightRequest($request)) {
        $response = $cors->handlePreflightRequest($request);
        return $cors->varyHeader($response, 'Access-Control-Request-Method');
    }
    $response = new Response('ok');
    if ($request->getMethod() === 'OPTIONS') {
        $cors->varyHeader($response, 'Access-Control-Request-Method');
    }
    return $cors->addActualRequestHeaders($response, $request);
}

function ask(CorsService $cors, array $question): array
{
    $request = Request::create('/', $question['method']);
    foreach ($question['headers'] as $name => $value) {
        $request->headers->set($name, $value);
    }
    $response = answer($cors, $request);
    $kept = [];
    foreach ($response->headers->all() as $name => $values) {
        foreach ($values as $value) {
            if ($name === 'vary' || str_starts_with($name, 'access-control-')) {
                $kept[] = [$name, $value];
            }
        }
    }
    return ['status' => $response->getStatusCode(), 'headers' => $kept];
}

while (($text = fgets(STDIN)) !== false) {
    $record = json_decode($text, true);
    $cors = new CorsService($record['options']);
    $answers = array_map(fn ($question) => ask($cors, $question), $record['questions']);
    echo json_encode(['name' => $record['name'], 'version' => $argv[2], 'answers' => $answers]), "\n";
}
