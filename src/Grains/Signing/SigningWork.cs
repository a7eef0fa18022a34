namespace OrleansRegistry.Signing;

/// <summary>A wish to sign, and how it is cut up: into pieces small enough for others not to wait long.</summary>
/// <param name="Service">Who signs.</param>
/// <param name="Task">For which task.</param>
/// <param name="Again">True where only signatures of this very task count as made.</param>
/// <param name="Targets">What is wanted.</param>
/// <param name="Repository">Where cosign's signatures are going to be; null for work outside of any repository.</param>
internal sealed record SigningWork(
    OpenService Service, Guid Task, bool Again, IReadOnlyList<SigningTarget> Targets, Guid? Repository = null)
{
    public IEnumerable<SigningChunk> Chunks => Targets.Chunk(Service.PieceSize)
        .Select(piece => new SigningChunk(Service.Record.Id, Task, Again, piece, Repository));

    /// <summary>
    /// Which lines it stands in: what is done with one piece does not wait behind the pieces of large work, and nobody
    /// waits behind a program but those who want it too.
    /// </summary>
    public string Lines =>
        Service.Record.Kind is SigningKind.Script ? $"{Service.Record.Id:N}"
        : Targets.Count <= Service.PieceSize ? "small"
        : "large";
}
