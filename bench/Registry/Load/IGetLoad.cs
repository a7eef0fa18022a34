using System.Net;

namespace OrleansRegistry.Bench.Load;

/// <summary>Many GET requests, spread evenly over targets which all answer 200.</summary>
internal interface IGetLoad
{
    /// <summary>For the report: what generated the load.</summary>
    string Name { get; }

    Task<LoadResult> RunAsync(
        IPEndPoint endpoint,
        IReadOnlyList<string> targets,
        int connections,
        TimeSpan duration,
        CancellationToken cancellationToken);
}
