using System.Text;

namespace OrleansRegistry.Bench.Load;

/// <summary>Says what was asked and what came back: a figure over failed requests would be worthless.</summary>
internal static class UnexpectedAnswer
{
    private const int MaxCharacters = 300;

    public static BenchmarkException To(string request, HttpAnswer answer)
    {
        var body = Encoding.UTF8.GetString(answer.Body);
        return new BenchmarkException(
            $"{request} was answered {answer.Status} {(body.Length > MaxCharacters ? body[..MaxCharacters] : body)}".Trim());
    }
}
