using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Grains.Tests;

/// <summary>A reader that breaks in a way nobody expects when it is asked for a tag of that name.</summary>
internal sealed class InterferedHead(IHeadReader head) : IHeadReader
{
    public const string Poison = "poison";

    public Task<IReadOnlyList<ContentUnit>> FindAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken) =>
        keys.Contains(new(ContentKind.Tag, Poison))
            ? throw new FormatException("Nobody expected this.")
            : head.FindAsync(repository, keys, cancellationToken);

    public Task<HeadLook> LookAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, IReadOnlyCollection<ContentKey> measured,
        CancellationToken cancellationToken) =>
        keys.Contains(new(ContentKind.Tag, Poison))
            ? throw new FormatException("Nobody expected this.")
            : head.LookAsync(repository, keys, measured, cancellationToken);

    public Task<bool> AllowsSparseIndexesAsync(Guid repository, CancellationToken cancellationToken) =>
        head.AllowsSparseIndexesAsync(repository, cancellationToken);

    public Task<IReadOnlyList<ContentKey>> MissingAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken) =>
        head.MissingAsync(repository, keys, cancellationToken);

    public Task<IReadOnlyList<HeldStatement>> StatementsAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        head.StatementsAsync(repository, manifests, cancellationToken);

    public Task<IReadOnlyList<ContentUnit>> AimingAtAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        head.AimingAtAsync(repository, manifests, cancellationToken);

    public Task<IReadOnlyList<(Digest Manifest, SignatureWeight Weight)>> WeighAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        head.WeighAsync(repository, manifests, cancellationToken);

    public Task<IReadOnlyList<ManifestLink>> LinksToAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        head.LinksToAsync(repository, manifests, cancellationToken);

    public Task<IReadOnlyList<ManifestLink>> UsersOfAsync(
        Guid repository, IReadOnlyCollection<Digest> blobs, CancellationToken cancellationToken) =>
        head.UsersOfAsync(repository, blobs, cancellationToken);

    public Task<IReadOnlyList<Digest>> StillUsedAsync(
        Guid repository,
        IReadOnlyCollection<Digest> blobs,
        IReadOnlyCollection<Digest> leaving,
        CancellationToken cancellationToken) => head.StillUsedAsync(repository, blobs, leaving, cancellationToken);
}

/// <summary>A history whose next trimming a test can fail.</summary>
internal sealed class InterferedHistory(IVersionHistory history, Interference interference) : IVersionHistory
{
    public Task<bool> ExistsAsync(Guid repository, int number, CancellationToken cancellationToken) =>
        history.ExistsAsync(repository, number, cancellationToken);

    public Task DeleteAsync(Guid repository, int number, CancellationToken cancellationToken) =>
        history.DeleteAsync(repository, number, cancellationToken);

    public Task<bool> TrimAsync(Guid repository, CancellationToken cancellationToken) =>
        interference.TakeTrimFailure(repository) is { } failure
            ? Task.FromException<bool>(failure)
            : history.TrimAsync(repository, cancellationToken);
}

/// <summary>What the nodes of a cluster log, from warnings on.</summary>
internal sealed class Journal : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _entries = new();

    public IReadOnlyList<string> Entries => [.. _entries];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _entries.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
