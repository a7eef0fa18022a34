namespace OrleansRegistry.Signatures.Policies;

/// <summary>Where a requirement's keys are: in files, or in the policy itself.</summary>
internal sealed record KeySource(IReadOnlyList<string> Paths, ReadOnlyMemory<byte>? Data)
{
    /// <summary>
    /// The keys, or null where a file is missing: one missing file fails all. Read anew for each question.
    /// </summary>
    public TrustedKeys? Load(Func<string, ReadOnlyMemory<byte>?> read)
    {
        if (Data is { } data)
            return TrustedKeys.Load(data);
        var files = Paths.Select(read).ToList();
        return files.All(file => file is not null) ? TrustedKeys.Load(files.Select(file => file!.Value)) : null;
    }
}
