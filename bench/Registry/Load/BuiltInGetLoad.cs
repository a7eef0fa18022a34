using System.Net;

namespace OrleansRegistry.Bench.Load;

/// <summary>The load where <c>wrk</c> is not installed.</summary>
internal sealed class BuiltInGetLoad : IGetLoad
{
    public string Name => "built in";

    public Task<LoadResult> RunAsync(
        IPEndPoint endpoint,
        IReadOnlyList<string> targets,
        int connections,
        TimeSpan duration,
        CancellationToken cancellationToken)
    {
        var requests = targets.Select(target => HttpRequest.Get(endpoint, target)).ToArray();
        var next = -1;
        return ClosedLoop.RunAsync(endpoint, connections, duration, GetAsync, cancellationToken);

        async ValueTask GetAsync(HttpConnection connection, CancellationToken cancellation)
        {
            var turn = (uint)Interlocked.Increment(ref next) % (uint)requests.Length;
            var answer = await connection.ExchangeAsync(requests[turn], cancellation);
            if (answer.Status != 200)
                throw UnexpectedAnswer.To($"GET {targets[(int)turn]}", answer);
        }
    }
}
