using System.Net;

namespace OrleansRegistry.Sync;

/// <summary>One question to a registry.</summary>
/// <param name="Subject">What is asked for, as messages name it: <c>the tags of team/app</c>.</param>
internal sealed record UpstreamRequest(HttpMethod Method, Uri Url, string Subject)
{
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The first byte that is wanted.</summary>
    public long Offset { get; init; }

    /// <summary>Whether the registry learns who asks.</summary>
    public bool WithLogin { get; init; } = true;

    /// <summary>Whether an answer may take as long as it takes, while something comes.</summary>
    public bool IsLong { get; init; }

    /// <summary>The answers that mean something to whoever asks; every other one is a failure.</summary>
    public Func<HttpStatusCode, bool> Expects { get; init; } = status => status is HttpStatusCode.OK or HttpStatusCode.NotFound;

    public static UpstreamRequest Get(Uri url, string subject, params string[] accept) =>
        new(HttpMethod.Get, url, subject) { Accept = accept };
}
