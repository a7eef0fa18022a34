using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace OrleansRegistry.Management;

/// <summary>
/// Reads a form with one file and a few short fields, part by part, in whatever order they come: the file goes on as a
/// stream and is never in memory.
/// </summary>
internal static class FileForm
{
    private const int MaxBoundary = 200;
    private const int MaxParts = 32;
    private const int MaxHeaders = 16;
    private const int MaxHeaderBytes = 8192;
    private const int MaxFieldBytes = 4096;
    private const string FileName = "file";

    /// <summary>The fields. The file is given to <paramref name="take"/>.</summary>
    /// <exception cref="RefusedException">It is no such form, or has a field that is not known.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        HttpRequest request, IReadOnlyCollection<string> known, Func<FilePart, Task> take,
        CancellationToken cancellationToken)
    {
        var reader = new MultipartReader(BoundaryOf(request), request.Body)
        {
            HeadersCountLimit = MaxHeaders,
            HeadersLengthLimit = MaxHeaderBytes,
        };
        var fields = new Dictionary<string, string>();
        var hasFile = false;
        for (var parts = 0; await NextAsync(reader, cancellationToken) is { } section; parts++)
        {
            var name = NameOf(section);
            if (parts == MaxParts || fields.ContainsKey(name) || (hasFile && name == FileName))
                throw Invalid("The form has too many parts.");
            if (name == FileName)
            {
                hasFile = true;
                await using var file = new FilePart(section.Body);
                await take(file);
            }
            else
                fields[name] = known.Contains(name)
                    ? await ReadFieldAsync(section, name, cancellationToken)
                    : throw RefusedException.Field(name, "Unexpected field");
        }

        return hasFile ? fields : throw RefusedException.Field(FileName, "No file was submitted.");
    }

    private static string BoundaryOf(HttpRequest request)
    {
        var isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if (!isForm)
            throw new RefusedException(PulpError.Detail(
                StatusCodes.Status415UnsupportedMediaType,
                $"Unsupported media type \"{request.ContentType}\" in request."));
        var boundary = HeaderUtilities.RemoveQuotes(type!.Boundary).Value;
        return boundary is { Length: > 0 and <= MaxBoundary } ? boundary : throw Invalid("The form has no boundary.");
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception exception) when (IsCutOff(exception))
        {
            throw Invalid(exception.Message);
        }
    }

    private static string NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
        && HeaderUtilities.RemoveQuotes(disposition.Name).Value is { Length: > 0 } name
            ? name
            : throw Invalid("A part of the form has no name.");

    private static async Task<string> ReadFieldAsync(
        MultipartSection section, string name, CancellationToken cancellationToken)
    {
        await using var part = new FilePart(section.Body);
        var bytes = new byte[MaxFieldBytes];
        var length = await part.ReadAtLeastAsync(bytes, MaxFieldBytes, throwOnEndOfStream: false, cancellationToken);
        var text = Encoding.UTF8.GetString(bytes, 0, length).Trim();
        return length < MaxFieldBytes && !text.Contains('\0')
            ? text
            : throw RefusedException.Field(name, "Not a valid string.");
    }

    /// <summary>Whether the form is at fault, and not the connection or the disk.</summary>
    internal static bool IsCutOff(Exception exception) =>
        exception is InvalidDataException || (exception is IOException and not BadHttpRequestException);

    internal static RefusedException Invalid(string why) =>
        new(PulpError.Detail(StatusCodes.Status400BadRequest, $"Multipart form parse error - {why}"));
}
