using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Exchange;

namespace OrleansRegistry.Management;

/// <summary>The bytes of an export: its files one after the other, whole or in ranges.</summary>
internal static class ExportDownload
{
    private const string MediaType = "application/x-tar";

    /// <exception cref="ProblemException">A file of it is gone, or is another one by now.</exception>
    public static IResult Of(ExportRecord export, IExchangePaths paths) => Results.Stream(
        new JoinedFiles([.. export.Files.Select(file => (Require(file, paths), file.Size))]),
        MediaType,
        $"export-{export.Id}.tar",
        lastModified: null,
        new EntityTagHeaderValue($"\"{export.Id}\""),
        enableRangeProcessing: true);

    private static string Require(ExportFile file, IExchangePaths paths)
    {
        try
        {
            var real = paths.RequireExported(file.Path);
            if (new FileInfo(real).Length is var size && size != file.Size)
                throw Gone(file, $"It has {size} bytes, and had {file.Size} when it was written.");
            return real;
        }
        catch (ProblemException problem) when (problem.Problem.Kind is ProblemKind.FieldInvalid)
        {
            throw Gone(file, problem.Message);
        }
        catch (IOException)
        {
            throw Gone(file, "It vanished just now.");
        }
    }

    private static ProblemException Gone(ExportFile file, string why) => new(
        ProblemKind.NameUnknown,
        $"This export cannot be downloaded: its file '{file.Path}' is not there as it was written. {why} "
        + "Export once more.",
        file.Path);
}
