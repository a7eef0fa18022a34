using OrleansRegistry.Bundles;

namespace OrleansRegistry.Exchange;

/// <summary>Finds the files of a bundle below the directories that imports may be read from.</summary>
internal sealed class BundleFiles(IExchangePaths paths)
{
    /// <summary>The bundle as one stream.</summary>
    /// <exception cref="BundleException">The table of contents is none.</exception>
    /// <exception cref="ProblemException">A file is missing, or lies where it must not.</exception>
    public async Task<ChunkedInput> OpenAsync(ImportArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Path is { } path)
            return new([new(paths.RequireImport(path, "path"))]);
        var toc = paths.RequireImport(arguments.Toc!, "toc");
        var listed = await TableOfContents.ReadAsync(toc, cancellationToken);
        var directory = Path.GetDirectoryName(toc)!;
        return new(
            [.. listed.Files.Select(file => new ListedChunk(paths.RequireImport(Path.Combine(directory, file.Key), "toc"), file.Value))]);
    }
}
