using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Management;

/// <summary>A refusal or a fault in the words of Pulp's clients. Source: Pulp's REST: errors.</summary>
internal sealed record PulpError(int Status, JsonNode? Body)
{
    public const string WholeObject = "non_field_errors";

    /// <summary>One refused field, or the object as a whole.</summary>
    public static PulpError Field(string field, string message) =>
        new(StatusCodes.Status400BadRequest, new JsonObject { [field] = new JsonArray(message) });

    public static PulpError Fields(IEnumerable<KeyValuePair<string, string>> errors)
    {
        var body = new JsonObject();
        foreach (var field in errors.GroupBy(error => error.Key))
            body[field.Key] = new JsonArray([.. field.Select(error => JsonValue.Create(error.Value))]);
        return new(StatusCodes.Status400BadRequest, body);
    }

    /// <summary>A bare list: what clients get for content that does not exist.</summary>
    public static PulpError Bare(string message) => new(StatusCodes.Status400BadRequest, new JsonArray(message));

    public static PulpError Filter(string name) => new(
        StatusCodes.Status400BadRequest,
        new JsonObject { ["errors"] = new JsonArray($"Invalid Filter: '{name}'") });

    public static PulpError Detail(int status, string detail) => new(status, new JsonObject { ["detail"] = detail });

    public static PulpError NotFound { get; } = Detail(StatusCodes.Status404NotFound, "Not found.");

    public static PulpError Of(Exception exception) => exception switch
    {
        RefusedException refused => refused.Error,
        ProblemException problem => Of(problem.Problem),
        _ => Of(Fault.Of(exception)),
    };

    private static PulpError Of(Fault fault) => Detail(fault.Status, fault.Message);

    private static PulpError Of(Problem problem) => problem.Kind switch
    {
        ProblemKind.FieldInvalid => Field(problem.Subject ?? WholeObject, problem.Message),
        ProblemKind.NameTaken or ProblemKind.NameInvalid => Field("name", problem.Message),
        ProblemKind.BasePathTaken => Field("base_path", problem.Message),
        ProblemKind.ReferenceInvalid => Field("tag", problem.Message),
        ProblemKind.DigestInvalid or ProblemKind.DigestMismatch => Field("digest", problem.Message),
        ProblemKind.RangeInvalid => Field("Content-Range", problem.Message),
        ProblemKind.PageInvalid => Field("limit", problem.Message),
        ProblemKind.NameUnknown or ProblemKind.UploadUnknown => Detail(StatusCodes.Status404NotFound, problem.Message),
        ProblemKind.UploadBusy or ProblemKind.SignatureLimit => Detail(StatusCodes.Status409Conflict, problem.Message),
        ProblemKind.ManifestTooLarge => Detail(StatusCodes.Status413PayloadTooLarge, problem.Message),
        ProblemKind.Unauthorized => Detail(StatusCodes.Status401Unauthorized, problem.Message),
        ProblemKind.Denied => Detail(StatusCodes.Status403Forbidden, problem.Message),
        ProblemKind.LastAdministrator or ProblemKind.Outdated or ProblemKind.Superseded or ProblemKind.Listed
            or ProblemKind.Conflict =>
            Detail(StatusCodes.Status409Conflict, problem.Message),
        ProblemKind.UpstreamFailed => Detail(StatusCodes.Status502BadGateway, problem.Message),
        ProblemKind.RoleTaken => Field(WholeObject, problem.Message),
        ProblemKind.TooManyRequests => Detail(StatusCodes.Status429TooManyRequests, problem.Message),
        ProblemKind.ManifestInvalid or ProblemKind.ManifestUnknown or ProblemKind.ManifestBlobUnknown
            or ProblemKind.BlobUnknown or ProblemKind.UploadInvalid or ProblemKind.Pinned
            or ProblemKind.SignatureInvalid => Field(WholeObject, problem.Message),
    };
}

/// <summary>Carries a refusal out of an endpoint.</summary>
internal sealed class RefusedException(PulpError error) : Exception
{
    public PulpError Error { get; } = error;

    public static RefusedException Field(string field, string message) => new(PulpError.Field(field, message));
}
