namespace OrleansRegistry.Signing;

/// <summary>Cuts a wish to sign into pieces: small enough for others not to wait long, large enough to be stored well.</summary>
internal static class Chunks
{
    private const int PerKey = 100;
    private const int PerScript = 8;

    public static IEnumerable<SigningChunk> Of(
        SigningServiceRecord service,
        Guid task,
        bool again,
        IReadOnlyList<SigningTarget> targets,
        Guid? repository = null) =>
        targets.Chunk(service.Kind is SigningKind.Script ? PerScript : PerKey)
            .Select(piece => new SigningChunk(service.Id, task, again, piece, repository));
}
