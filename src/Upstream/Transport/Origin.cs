namespace OrleansRegistry.Sync;

/// <summary>Scheme, host and port: what may learn the same secrets.</summary>
internal readonly record struct Origin(string Scheme, string Host, int Port)
{
    public static Origin Of(Uri url) => new(url.Scheme, url.IdnHost.ToLowerInvariant(), url.Port);
}
