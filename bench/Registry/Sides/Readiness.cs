using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Sides;

/// <summary>Waits for the first 200 of <c>GET /v2/</c>, asking often enough to time a start.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> WaitAsync(
        IPEndPoint endpoint, ServerProcess? process, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var request = HttpRequest.Get(endpoint, "/v2/");
        while (Stopwatch.GetElapsedTime(started) < Limit)
        {
            if (await AnswersAsync(endpoint, request, cancellationToken))
                return Stopwatch.GetElapsedTime(started);
            if (process is { HasExited: true })
                throw new BenchmarkException($"The server ended with {process.ExitCode} instead of starting. {process.LastWords}");
            await Task.Delay(Pause, cancellationToken);
        }

        throw new BenchmarkException(
            $"GET http://{endpoint}/v2/ did not answer 200 within {Limit.TotalSeconds} s.\n{process?.LastWords}");
    }

    private static async Task<bool> AnswersAsync(
        IPEndPoint endpoint, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = new HttpConnection(endpoint);
            return (await connection.ExchangeAsync(request, cancellationToken)).Status == 200;
        }
        catch (Exception problem) when (problem is SocketException or IOException)
        {
            return false;
        }
    }
}
